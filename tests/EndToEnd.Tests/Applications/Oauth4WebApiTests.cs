namespace UserDomain.EndToEnd.Tests.Applications;

/// <summary>Applications built with oauth4webapi, which checks every answer by the specification and forgives nothing.</summary>
public sealed class Oauth4WebApiTests(RunningSystem system, Chromium chromium)
{
    [Fact]
    public async Task A_web_application_pushes_what_it_asks_for_signs_in_calls_an_API_refreshes_and_ends_its_grant()
    {
        await system.CreateUserAsync("oskar-web");
        await using var application = new NodeProgram("oauth4webapi/web.mjs");
        var begun = await application.ReadObjectAsync();
        var (clientId, _) = await system.RegisterClientAsync(new
        {
            type = "web",
            jwks = Registration.SetOf(begun.GetProperty("key")),
            requirePar = true,
            senderConstraint = "dpop",
            redirectUris = new[] { $"{begun.Text("origin")}/callback" },
        });
        await application.TellAsync(new { issuer = system.PublicUrl, clientId });
        var page = await chromium.OpenAsync();

        await application.OpenAsync(page);
        await page.SignInAsync("oskar-web");
        var done = await application.ReadAsync("done");

        Assert.True(done.GetProperty("demanded").GetBoolean());
        Assert.Equal("oskar-web@example.test", done.Text("email"));
        Assert.Equal("oskar-web", done.Text("me"));
        Assert.Equal("dpop", done.Text("type"));
        Assert.True(done.GetProperty("alive").GetBoolean());
        Assert.False(done.GetProperty("ended").GetBoolean());
        Assert.Equal("invalid_grant", done.Text("refused"));
    }

    [Fact]
    public async Task A_service_proves_itself_with_its_key_and_gets_a_token_that_an_API_takes_until_it_is_revoked()
    {
        await using var application = new NodeProgram("oauth4webapi/service.mjs");
        var (clientId, _) = await system.RegisterClientAsync(new { type = "service", jwks = Registration.SetOf(await application.ReadAsync("key")) });
        await application.TellAsync(new { issuer = system.PublicUrl, clientId });

        var done = await application.ReadAsync("done");

        Assert.Equal(clientId, done.Text("client"));
        Assert.Equal("users:read", done.Text("scope"));
        Assert.True(done.GetProperty("alive").GetBoolean());
        Assert.False(done.GetProperty("ended").GetBoolean());
        Assert.Equal("invalid_client", done.Text("refused"));
    }

    [Fact]
    public async Task An_application_on_a_device_shows_a_code_and_gets_what_its_person_allows()
    {
        await system.CreateUserAsync("oskar-device");
        var (clientId, _) = await system.RegisterClientAsync(new { type = "device" });
        await using var application = new NodeProgram("oauth4webapi/device.mjs");
        await application.TellAsync(new { issuer = system.PublicUrl, clientId });
        var page = await chromium.OpenAsync();

        await page.AnswerDeviceAsync(await application.ReadAsync("show"), "oskar-device", "allow");
        var done = await application.ReadAsync("done");

        Assert.Equal("oskar-device@example.test", done.Text("email"));
        Assert.Equal("oskar-device", done.Text("me"));
        Assert.True(done.GetProperty("rotated").GetBoolean());
    }
}
