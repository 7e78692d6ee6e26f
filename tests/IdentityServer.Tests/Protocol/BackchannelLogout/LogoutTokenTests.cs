using UserDomain.IdentityStore.Sessions;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Protocol.BackchannelLogout;

/// <summary>What a client is told of a closed session (OpenID Connect Back-Channel Logout 1.0 sections 2.4 and 2.5, TOK-07).</summary>
public sealed class LogoutTokenTests(RunningSystem system)
{
    [Theory]
    [InlineData(null)]
    [InlineData("ES256")]
    [InlineData("PS256")]
    public async Task TOK_07_A_logout_token_names_the_session_and_is_signed_as_the_ID_tokens_of_its_client(string? algorithm)
    {
        await using var application = await ToldApplication.StartAsync();
        using var visitor = await system.VisitorToldAtAsync(application.Url, algorithm);
        var (user, tokens) = await system.SignInAsync(visitor);

        await system.CloseAsync(tokens.SessionId);
        var told = Assert.Single(await application.ToldAsync());

        Assert.Equal(("POST", "application/x-www-form-urlencoded", "logout_token"), (told.Method, told.ContentType, Assert.Single(told.Parameters)));
        var (header, claims, ofSignIn) = (Jwt.HeaderOf(told.Token), Jwt.ClaimsOf(told.Token), Jwt.ClaimsOf(tokens.IdToken!));
        Assert.Equal(["alg", "kid", "typ"], header.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal));
        Assert.Equal(("logout+jwt", algorithm ?? "RS256"), (header.Text("typ"), header.Text("alg")));
        Assert.Equal(Jwt.HeaderOf(tokens.IdToken!).Text("kid"), header.Text("kid"));
        Assert.True(await system.IsSignedAsync(told.Token));
        Assert.Equal(["aud", "events", "exp", "iat", "iss", "jti", "sid", "sub"], claims.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal));
        Assert.Equal((system.PublicUrl.AbsoluteUri, visitor.ClientId, user.ToString()), (claims.Text("iss"), claims.Text("aud"), claims.Text("sub")));
        Assert.Equal((ofSignIn.Text("sub"), ofSignIn.Text("sid")), (claims.Text("sub"), claims.Text("sid")));
        Assert.Equal("""{"http://schemas.openid.net/event/backchannel-logout":{}}""", claims.GetProperty("events").Compact());
        Assert.Equal(120, claims.GetProperty("exp").GetInt64() - claims.GetProperty("iat").GetInt64());
        Assert.InRange(claims.GetProperty("iat").GetInt64(), told.At.ToUnixTimeSeconds() - 5, told.At.ToUnixTimeSeconds());
        Assert.Empty(await system.NoticesAsync(visitor.ClientId, notices => notices.Count == 0));
    }

    [Fact]
    public async Task Every_ID_token_of_a_session_names_it()
    {
        using var visitor = await system.VisitorToldAtAsync(url: null);
        var (_, tokens) = await system.SignInAsync(visitor);
        var renewed = await visitor.RefreshAsync(tokens.RefreshToken!);
        var device = await system.StartDeviceAsync();
        var (person, _) = await system.PersonAsync(ClientApi.ClientCalls.UniqueId("dev"));
        using var _1 = person;
        await person.EnterAsync(device.UserCode);
        await person.AnswerAsync(device.UserCode, "allow");
        var atDevice = await system.TokensAsync(device);

        Assert.Equal(tokens.SessionId.ToString(), Jwt.ClaimsOf(tokens.IdToken!).Text("sid"));
        Assert.Equal(tokens.SessionId.ToString(), Jwt.ClaimsOf(renewed.IdToken!).Text("sid"));
        Assert.Equal(atDevice.SessionId.ToString(), Jwt.ClaimsOf(atDevice.IdToken!).Text("sid"));
    }

    [Fact]
    public async Task SES_04_Every_client_of_a_session_is_told_once_and_no_other_and_of_no_other_session()
    {
        await using var first = await ToldApplication.StartAsync();
        await using var second = await ToldApplication.StartAsync();
        await using var never = await ToldApplication.StartAsync();
        using var visitor = await system.VisitorToldAtAsync(first.Url);
        using var there = await system.VisitorToldAtAsync(second.Url);
        using var silent = await system.VisitorToldAtAsync(url: null);
        using var elsewhere = await system.VisitorToldAtAsync(never.Url);
        var (_, tokens) = await system.SignInAsync(visitor);
        foreach (var other in new[] { there, silent })
        {
            other.Cookies.Add(visitor.Cookies.GetAllCookies());
            await other.RedeemAsync(WebVisitor.QueryOf(await other.Http.GetAsync(other.AuthorizeUrl(), TestContext.Current.CancellationToken))["code"]!);
        }

        // A second grant of the same client in the same session.
        await visitor.RedeemAsync(WebVisitor.QueryOf(await visitor.Http.GetAsync(visitor.AuthorizeUrl(), TestContext.Current.CancellationToken))["code"]!);
        await system.SignInAsync(elsewhere);

        await system.CloseAsync(tokens.SessionId);
        await system.CloseAsync(tokens.SessionId);
        await first.ToldAsync();
        await second.ToldAsync();
        await Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);

        Assert.Equal(tokens.SessionId.ToString(), Assert.Single(first.All).Session);
        Assert.Equal(tokens.SessionId.ToString(), Assert.Single(second.All).Session);
        Assert.Empty(never.All);
    }

    [Fact]
    public async Task Nothing_is_noted_of_a_client_that_is_told_nowhere()
    {
        using var visitor = await system.VisitorToldAtAsync("https://shop.example.test/logout");
        using var silent = await system.VisitorToldAtAsync(url: null);
        var (_, tokens) = await system.SignInAsync(visitor);
        silent.Cookies.Add(visitor.Cookies.GetAllCookies());
        await silent.RedeemAsync(WebVisitor.QueryOf(await silent.Http.GetAsync(silent.AuthorizeUrl(), TestContext.Current.CancellationToken))["code"]!);

        // Not saved: a notice that is due would not stay for long.
        var noted = await system.InStoreAsync(async store =>
        {
            await new LogoutNotices(store).AddAsync(store.Sessions.Where(session => session.Id == tokens.SessionId).ToList(), TimeProvider.System.GetUtcNow(), TestContext.Current.CancellationToken);
            return store.LogoutNotices.Local.ToList();
        });

        Assert.Equal(visitor.ClientId, Assert.Single(noted).ClientId);
    }
}
