namespace UserDomain.ProfileApi.Tests.Me;

public sealed class MeTests(RunningSystem system)
{
    private const string Path = "api/v1/me";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task People_read_and_change_their_own_profile_without_any_permission()
    {
        var id = await system.CreateUserAsync();
        using var client = await system.SignedInAsync(id, "profile:self");

        var changed = await client.PatchAsJsonAsync(Path, new { displayName = "Ann", givenName = "A", familyName = "B", locale = "en-GB", zoneInfo = "Europe/London" }, Cancellation).BodyAsync();
        var read = await client.GetAsync(Path, Cancellation).BodyAsync();

        Assert.Equal(id, read.GetProperty("id").GetGuid());
        Assert.Equal(changed.GetRawText(), read.GetRawText());
        Assert.Equal("Europe/London", read.Text("zoneInfo"));
    }

    [Theory]
    [InlineData("userName")]
    [InlineData("email")]
    [InlineData("emailVerified")]
    [InlineData("attributes")]
    [InlineData("disabled")]
    [InlineData("id")]
    public async Task What_is_not_theirs_to_change_is_refused(string member)
    {
        var id = await system.CreateUserAsync();
        using var client = await system.SignedInAsync(id, "profile:self");

        await client.PatchAsJsonAsync(Path, new Dictionary<string, string> { [member] = "x" }, Cancellation)
            .ProblemAsync(HttpStatusCode.BadRequest, "unreadable-request");
    }

    [Fact]
    public async Task A_member_outside_of_its_bounds_is_named()
    {
        var id = await system.CreateUserAsync();
        using var client = await system.SignedInAsync(id, "profile:self");

        await client.PatchAsJsonAsync(Path, new { locale = "not a tag" }, Cancellation).RefusedAsync("locale");
    }

    [Fact]
    public async Task A_change_for_another_version_is_refused()
    {
        var id = await system.CreateUserAsync();
        using var client = await system.SignedInAsync(id, "profile:self");
        client.DefaultRequestHeaders.Add("If-Match", "\"99\"");

        await client.PatchAsJsonAsync(Path, new { displayName = "A" }, Cancellation).ProblemAsync(HttpStatusCode.PreconditionFailed, "version-mismatch");
    }

    [Fact]
    public async Task A_service_has_no_profile()
    {
        using var client = await system.ClientWithAsync(["profile:self"], permissions: []);

        await client.GetAsync(Path, Cancellation).ProblemAsync(HttpStatusCode.Forbidden, "permission-missing");
    }
}
