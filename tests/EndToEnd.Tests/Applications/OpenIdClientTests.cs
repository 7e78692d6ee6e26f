namespace UserDomain.EndToEnd.Tests.Applications;

/// <summary>Applications built with openid-client, the certified library for Node.js.</summary>
public sealed class OpenIdClientTests(RunningSystem system, Chromium chromium)
{
    [Theory]
    [InlineData(null)]
    [InlineData("PS256")]
    [InlineData("ES256")]
    public async Task A_web_application_signs_in_calls_an_API_refreshes_and_signs_out_also_with_every_answer_signed(string? algorithm)
    {
        var user = $"olga-web{algorithm?.ToLowerInvariant()}";
        await system.CreateUserAsync(user);
        await using var application = new NodeProgram("web.mjs");
        var origin = new Uri(await application.ReadAsync());
        var (clientId, clientSecret) = await system.RegisterSignedAsync("web", algorithm, new(origin, "callback"), new(origin, "signed-out"), "profile:self");
        await application.TellAsync(new { issuer = system.PublicUrl, clientId, clientSecret, signed = algorithm });
        Assert.Equal("ready", await application.ReadAsync());
        var page = await chromium.OpenAsync();

        await page.GotoAsync($"{origin}sign-in");
        await page.SignInAsync(user);
        var signedIn = await page.ShownAtAsync($"{origin}callback");
        Assert.Equal($"{user}@example.test", signedIn.Text("email"));
        Assert.Equal(user, signedIn.Text("me"));
        Assert.True(signedIn.GetProperty("active").GetBoolean());

        await page.GotoAsync($"{origin}refresh");
        var refreshed = await page.ShownAtAsync($"{origin}refresh");
        Assert.Equal(user, refreshed.Text("me"));
        Assert.NotEqual(signedIn.Text("refreshToken"), refreshed.Text("refreshToken"));

        await page.GotoAsync($"{origin}sign-out");
        Assert.Equal("bye", (await page.ShownAtAsync($"{origin}signed-out")).Text("signedOut"));
        await page.GotoAsync($"{origin}refresh");
        Assert.Equal("invalid_grant", (await page.ShownAtAsync($"{origin}refresh")).Text("error"));
        await page.GotoAsync($"{origin}sign-in");
        await page.ArriveAsync("/account/sign-in");
    }

    [Theory]
    [InlineData(false, "bearer")]
    [InlineData(true, "dpop")]
    public async Task A_native_application_signs_in_refreshes_calls_an_API_and_signs_out(bool dpop, string tokenType)
    {
        var user = $"olga-native-{tokenType}";
        await system.CreateUserAsync(user);
        var anyPort = new Uri("http://127.0.0.1/");
        var (clientId, _) = await system.RegisterAsync("native", new(anyPort, "callback"), new(anyPort, "signed-out"), "profile:self");
        await using var application = new NodeProgram("native.mjs");
        await application.TellAsync(new { issuer = system.PublicUrl, clientId, dpop });
        var page = await chromium.OpenAsync();

        await application.OpenAsync(page);
        await page.SignInAsync(user);
        await application.OpenAsync(page);
        var done = await application.ReadAsync("done");

        Assert.Equal($"{user}@example.test", done.Text("email"));
        Assert.Equal(user, done.Text("me"));
        Assert.True(done.GetProperty("rotated").GetBoolean());
        Assert.Equal("invalid_grant", done.Text("refused"));
        Assert.Equal(tokenType, done.Text("type"));
    }

    [Theory]
    [InlineData("ES256", false)]
    [InlineData("PS256", false)]
    [InlineData("ES256", true)]
    [InlineData("PS256", true)]
    public async Task A_web_application_after_the_profiles_of_FAPI_signs_in_calls_an_API_refreshes_and_signs_out(string algorithm, bool signsMessages)
    {
        var user = $"olga-fapi-{algorithm.ToLowerInvariant()}{(signsMessages ? "-signed" : "")}";
        await system.CreateUserAsync(user);
        await using var application = new NodeProgram("fapi.mjs", [algorithm, .. signsMessages ? ["signed"] : Array.Empty<string>()]);
        var begun = await application.ReadObjectAsync();
        var (clientId, clientSecret) = await system.RegisterClientAsync(new
        {
            type = "web",
            jwks = Registration.SetOf(begun.GetProperty("key")),
            strictClientAssertions = true,
            requirePar = true,
            senderConstraint = "dpop",
            idTokenSignedResponseAlg = algorithm,
            requireSignedRequestObject = signsMessages,
            authorizationSignedResponseAlg = signsMessages ? algorithm : null,
            redirectUris = new[] { $"{begun.Text("origin")}/callback" },
            postLogoutRedirectUris = new[] { $"{begun.Text("origin")}/signed-out" },
        });
        Assert.Null(clientSecret);
        await application.TellAsync(new { issuer = system.PublicUrl, clientId });
        var page = await chromium.OpenAsync();

        await application.OpenAsync(page);
        await page.SignInAsync(user);
        await application.OpenAsync(page);
        var done = await application.ReadAsync("done");

        Assert.Equal(["client_id", "request_uri"], done.GetProperty("asked").EnumerateArray().Select(name => name.GetString()!));
        Assert.Equal(signsMessages ? ["response"] : ["code", "iss"], done.GetProperty("answered").EnumerateArray().Select(name => name.GetString()!));
        Assert.Equal($"{user}@example.test", done.Text("email"));
        Assert.Equal(user, done.Text("before"));
        Assert.Equal(user, done.Text("after"));
        Assert.Equal("dpop", done.Text("type"));
        Assert.Equal("invalid_grant", done.Text("refused"));
    }

    [Theory]
    [InlineData("allow")]
    [InlineData("deny")]
    public async Task An_application_on_a_device_shows_a_code_and_gets_what_its_person_answers(string answer)
    {
        await system.CreateUserAsync($"olga-device-{answer}");
        var nowhere = new Uri("http://127.0.0.1/");
        var (clientId, _) = await system.RegisterAsync("device", nowhere, nowhere, "profile:self");
        await using var application = new NodeProgram("device.mjs");
        await application.TellAsync(new { issuer = system.PublicUrl, clientId });
        var shown = await application.ReadAsync("show");
        var page = await chromium.OpenAsync();

        await page.AnswerDeviceAsync(shown, $"olga-device-{answer}", answer);

        if (answer == "deny")
        {
            Assert.Equal("access_denied", (await application.ReadAsync("refused")).GetString());
            return;
        }

        var done = await application.ReadAsync("done");
        Assert.Equal("olga-device-allow@example.test", done.Text("email"));
        Assert.Equal("olga-device-allow", done.Text("me"));
        Assert.True(done.GetProperty("rotated").GetBoolean());
    }

    [Fact]
    public async Task A_service_proves_itself_with_a_key_it_publishes()
    {
        await using var application = new NodeProgram("service.mjs");
        var keys = await application.ReadAsync("keys");
        var clientId = await system.RegisterServiceAsync(new(keys.GetString()!), "users:read");
        await application.TellAsync(new { issuer = system.PublicUrl, clientId });

        var done = await application.ReadAsync("done");

        Assert.True(done.GetProperty("alive").GetBoolean());
        Assert.Equal(clientId, done.Text("client"));
        Assert.False(done.GetProperty("ended").GetBoolean());
        Assert.Equal("invalid_client", done.Text("refused"));
    }
}
