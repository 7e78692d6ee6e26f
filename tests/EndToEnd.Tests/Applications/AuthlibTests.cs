namespace UserDomain.EndToEnd.Tests.Applications;

/// <summary>Applications built with Authlib, in Python.</summary>
public sealed class AuthlibTests(RunningSystem system, Chromium chromium)
{
    [Theory]
    [InlineData("client_secret_basic")]
    [InlineData("private_key_jwt")]
    public async Task A_web_application_signs_in_calls_an_API_refreshes_and_signs_out(string method)
    {
        var user = method == "private_key_jwt" ? "petra-key" : "petra-secret";
        var userId = await system.CreateUserAsync(user);
        await using var application = new PythonProgram("web.py");
        var begun = await application.ReadObjectAsync();
        var (clientId, clientSecret) = await system.RegisterClientAsync(new
        {
            type = "web",
            tokenEndpointAuthMethod = method,
            jwks = KeysFor(method, begun),
            redirectUris = new[] { $"{begun.Text("origin")}/callback" },
            postLogoutRedirectUris = new[] { $"{begun.Text("origin")}/signed-out" },
        });
        await application.TellAsync(new { issuer = system.PublicUrl, clientId, clientSecret });
        var page = await chromium.OpenAsync();

        await application.OpenAsync(page);
        await page.SignInAsync(user);
        await application.OpenAsync(page);
        var done = await application.ReadAsync("done");

        Assert.Equal(userId.ToString(), done.Text("subject"));
        Assert.True(done.GetProperty("sameSubject").GetBoolean());
        Assert.Equal($"{user}@example.test", done.Text("email"));
        Assert.Equal(user, done.Text("me"));
        Assert.True(done.GetProperty("rotated").GetBoolean());
        Assert.Equal("invalid_grant", done.Text("refused"));
    }

    [Theory]
    [InlineData("client_secret_basic")]
    [InlineData("private_key_jwt")]
    public async Task A_service_gets_a_token_asks_about_it_and_revokes_it(string method)
    {
        await using var application = new PythonProgram("service.py");
        var begun = await application.ReadObjectAsync();
        var (clientId, clientSecret) = await system.RegisterClientAsync(new { type = "service", tokenEndpointAuthMethod = method, jwks = KeysFor(method, begun) });
        await application.TellAsync(new { issuer = system.PublicUrl, clientId, clientSecret });

        var done = await application.ReadAsync("done");

        Assert.True(done.GetProperty("alive").GetBoolean());
        Assert.Equal(200, done.GetProperty("revoked").GetInt32());
        Assert.False(done.GetProperty("ended").GetBoolean());
        Assert.Equal("invalid_client", done.Text("refused"));
    }

    private static object? KeysFor(string method, JsonElement begun) => method == "private_key_jwt" ? Registration.SetOf(begun.GetProperty("key")) : null;
}
