using System.Buffers.Text;
using System.Text;
using UserDomain.AdminUi.Access;

namespace UserDomain.AdminUi.Tests.Access;

public sealed class AccessTokenReaderTests
{
    [Fact]
    public void Reads_every_permission_of_the_token() =>
        Assert.Equal(["users:read", "users:write"], AccessTokenReader.Permissions(Token("""{"permissions":["users:read","users:write"]}""")));

    [Fact]
    public void Reads_a_single_permission_that_is_no_list() =>
        Assert.Equal(["audit:read"], AccessTokenReader.Permissions(Token("""{"permissions":"audit:read"}""")));

    [Theory]
    [InlineData("""{"sub":"somebody"}""")]
    [InlineData("""{"permissions":null}""")]
    [InlineData("""{"permissions":{"users:read":true}}""")]
    [InlineData("""{"permissions":[1,true]}""")]
    [InlineData("""["users:read"]""")]
    [InlineData("not json")]
    public void Finds_no_permission_where_none_is_named(string payload) =>
        Assert.Empty(AccessTokenReader.Permissions(Token(payload)));

    [Theory]
    [InlineData("")]
    [InlineData("opaque")]
    [InlineData("a.b")]
    [InlineData("a.!!.c")]
    public void Finds_no_permission_in_what_is_no_token(string token) =>
        Assert.Empty(AccessTokenReader.Permissions(token));

    private static string Token(string payload) => $"e30.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(payload))}.c2ln";
}
