namespace UserDomain.SessionApi.Tests.Sessions;

/// <summary>An address is read by people and programs that look for who was where: it is one address and nothing beside it.</summary>
public sealed class SessionAddressTests(RunningSystem system)
{
    [Theory]
    [InlineData("192.0.2.7")]
    [InlineData("::1")]
    [InlineData("2001:DB8::7")]
    [InlineData("::ffff:192.0.2.7")]
    [InlineData("2001:0db8:0000:0000:0000:0000:192.168.111.222")]
    public async Task An_address_is_kept_as_it_is(string address)
    {
        using var manager = await system.SessionManagerAsync();

        var session = await manager.PostSessionAsync(new { userId = await system.CreateUserAsync(), address }).BodyAsync(HttpStatusCode.Created);

        Assert.Equal(address, session.Text("address"));
    }

    [Theory]
    [InlineData("1")]
    [InlineData("127.1")]
    [InlineData("0x7f.0.0.1")]
    [InlineData("010.0.0.1")]
    [InlineData("[::1]")]
    [InlineData("[::1]:443")]
    [InlineData("fe80::1%eth0")]
    [InlineData("::1%\u0000")]
    [InlineData("::1%\n")]
    [InlineData("::1%<script>")]
    public async Task What_only_some_readers_take_for_an_address_is_refused(string address)
    {
        using var manager = await system.SessionManagerAsync();

        await manager.PostSessionAsync(new { userId = await system.CreateUserAsync(), address }).RefusedAsync("address");
    }
}
