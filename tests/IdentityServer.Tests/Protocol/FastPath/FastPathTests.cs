using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using UserDomain.IdentityServer.Clients;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Protocol.FastPath;

/// <summary>
/// What goes the fast path answers as the pipeline does. The same request goes each way: with a parameter nobody knows, which servers pass over (RFC 6749 section 3.2),
/// it is not plain any more.
/// </summary>
public sealed class FastPathTests(RunningSystem system)
{
    private static readonly (string, string) Unknown = ("of_no_meaning", "1");

    // These differ between any two tokens.
    private static readonly string[] OfOneToken = ["jti", "iat", "nbf", "exp", "at_hash"];

    [Theory]
    [InlineData("users:read")]
    [InlineData("users:read users:write")]
    public async Task A_service_gets_the_same_token_either_way(string scope)
    {
        var service = await system.ServiceAsync("users:read", "users:write");
        (string, string)[] form = [("grant_type", "client_credentials"), ("scope", scope)];

        using var fast = await system.PostAsync(service, "connect/token", form);
        using var piped = await system.PostAsync(service, "connect/token", [.. form, Unknown]);

        await AssertSameAsync(fast, piped);
    }

    [Fact]
    public async Task A_service_gets_the_same_token_either_way_with_its_secret_in_the_header()
    {
        var service = await system.ServiceAsync("roles:read");
        (string, string)[] form = [("grant_type", "client_credentials"), ("scope", "roles:read")];

        using var fast = await system.PostWithBasicAsync(service.Id, service.Secret, "connect/token", form);
        using var piped = await system.PostWithBasicAsync(service.Id, service.Secret, "connect/token", [.. form, Unknown]);

        await AssertSameAsync(fast, piped);
    }

    [Theory]
    [InlineData("openid")]
    [InlineData("openid offline_access users:read")]
    [InlineData("openid profile email offline_access users:read roles:read")]
    [InlineData("users:read")]
    [InlineData("openid users:read roles:read")]
    public async Task A_code_gives_the_same_tokens_either_way(string scopes)
    {
        var name = await UserAsync();
        using var visitor = await VisitorAsync(scopes.Split(' '));

        using var fast = await RedeemAsync(visitor, await visitor.CodeAsync(name, RunningSystem.Password));
        using var piped = await RedeemAsync(visitor, await visitor.CodeAsync(name, RunningSystem.Password), Unknown);

        // Each code is a grant of its own.
        await AssertSameAsync(fast, piped, "oi_au_id");
    }

    [Fact]
    public async Task A_refresh_token_gives_the_same_tokens_either_way_and_each_way_takes_those_of_the_other()
    {
        var name = await UserAsync();
        using var visitor = await VisitorAsync("openid", "offline_access", "users:read", "roles:read");
        var first = await visitor.SignInAsync(name, RunningSystem.Password, ("resource", "urn:user-domain:roles"));

        using var fast = await RefreshAsync(visitor, first.RefreshToken!);
        using var piped = await RefreshAsync(visitor, await RefreshTokenOf(fast), Unknown);
        using var fastAgain = await RefreshAsync(visitor, await RefreshTokenOf(piped));

        await AssertSameAsync(fast, piped);
        await AssertSameAsync(fastAgain, piped);
        Assert.Equal(["urn:user-domain:roles"], Jwt.ClaimsOf((await BodyOf(fast)).Text("access_token")!).Strings("aud"));
    }

    [Theory]
    [InlineData("openid offline_access users:read")]
    [InlineData("users:read")]
    public async Task A_person_who_is_signed_in_comes_back_with_the_same_code_either_way(string scopes)
    {
        var name = await UserAsync();
        using var visitor = await VisitorAsync(scopes.Split(' '));
        await visitor.CodeAsync(name, RunningSystem.Password);

        using var fast = await visitor.Http.GetAsync(new Uri(visitor.AuthorizeUrl(), UriKind.Relative));
        using var piped = await visitor.Http.GetAsync(new Uri(visitor.AuthorizeUrl(Unknown), UriKind.Relative));

        // The library says so in one more way that nobody may keep it.
        Assert.Equal((false, true), (fast.Content.Headers.Contains("Expires"), piped.Content.Headers.Contains("Expires")));
        Assert.Equal((HttpStatusCode.Found, piped.Headers.CacheControl), (fast.StatusCode, fast.Headers.CacheControl));
        var (one, other) = (WebVisitor.QueryOf(fast), WebVisitor.QueryOf(piped));
        Assert.Equal(other.Keys, one.Keys);
        Assert.Equal((other["state"], other["iss"]), (one["state"], one["iss"]));
        Assert.Equal(piped.Headers.Location!.GetLeftPart(UriPartial.Path), fast.Headers.Location!.GetLeftPart(UriPartial.Path));

        using var tokens = await RedeemAsync(visitor, one["code"]!, Unknown);
        using var same = await RedeemAsync(visitor, other["code"]!, Unknown);
        var (ofFast, ofPipeline) = (await StoredAsync(one["code"]!), await StoredAsync(other["code"]!));
        Assert.Equal((ofPipeline.Type, ofPipeline.Subject, ofPipeline.Status, ofPipeline.Properties), (ofFast.Type, ofFast.Subject, ofFast.Status, ofFast.Properties));
        Assert.Equal(TimeSpan.FromSeconds(60), ofFast.ExpirationDate - ofFast.CreationDate);
        AssertSame((await BodyOf(tokens)).Text("access_token")!, (await BodyOf(same)).Text("access_token")!, ["oi_au_id"]);
        if ((await BodyOf(same)).TryGetProperty("id_token", out var idToken))
        {
            AssertSame((await BodyOf(tokens)).Text("id_token")!, idToken.GetString()!, []);
        }

        Assert.Equal(await GrantAsync(same), await GrantAsync(tokens));
        using var third = await visitor.Http.GetAsync(new Uri(visitor.AuthorizeUrl(), UriKind.Relative));
        using var allFast = await RedeemAsync(visitor, WebVisitor.QueryOf(third)["code"]!);
        Assert.Equal(await GrantAsync(same), await GrantAsync(allFast));
        await AssertSameAsync(allFast, same, "oi_au_id");
    }

    [Theory]
    [InlineData("redirect_uri", "http://localhost:9/callback/elsewhere")]
    [InlineData("redirect_uri", "http://localhost:9/callback?more=1")]
    [InlineData("scope", "openid users:write")]
    [InlineData("code_challenge_method", "plain")]
    [InlineData("code_challenge", "")]
    [InlineData("response_type", "token")]
    [InlineData("client_id", "nobody")]
    [InlineData("prompt", "login")]
    [InlineData("prompt", "consent")]
    [InlineData("max_age", "0")]
    [InlineData("request", "e30.e30.")]
    public async Task An_application_of_a_person_who_is_signed_in_gets_no_code_for_what_it_may_not_ask_or_has_to_wait_for(string parameter, string value)
    {
        var name = await UserAsync();
        using var visitor = await VisitorAsync("openid", "users:read");
        await visitor.CodeAsync(name, RunningSystem.Password);

        using var answer = await visitor.Http.GetAsync(new Uri(visitor.AuthorizeUrl((parameter, value)), UriKind.Relative));

        Assert.DoesNotContain("code=", answer.Headers.Location?.OriginalString ?? "", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("RS256")]
    [InlineData("PS256")]
    [InlineData("ES256")]
    [InlineData(null)]
    public async Task An_ID_token_is_signed_as_its_client_asked_either_way(string? algorithm)
    {
        var name = await UserAsync();
        var id = $"web-{RandomNumberGenerator.GetHexString(12, lowercase: true)}";
        var secret = await system.RegisterAsync(new(id, ClientType.Web)
        {
            RedirectUris = [WebVisitor.RedirectUri],
            Scopes = ["openid"],
            IdTokenSignedResponseAlg = algorithm,
        });
        using var visitor = new WebVisitor(system.PublicUrl, id, secret!, ["openid"]);

        using var fast = await RedeemAsync(visitor, await visitor.CodeAsync(name, RunningSystem.Password));
        using var piped = await RedeemAsync(visitor, await visitor.CodeAsync(name, RunningSystem.Password), Unknown);

        Assert.Equal(algorithm ?? "RS256", Jwt.HeaderOf((await BodyOf(fast)).Text("id_token")!).Text("alg"));
        await AssertSameAsync(fast, piped, "oi_au_id");
    }

    [Fact]
    public async Task TOK_05_A_refresh_token_the_fast_path_gave_is_stored_as_the_pipelines_are()
    {
        var name = await UserAsync();
        using var visitor = await VisitorAsync("openid", "offline_access");
        var first = await visitor.SignInAsync(name, RunningSystem.Password);

        using var fast = await RefreshAsync(visitor, first.RefreshToken!);
        using var piped = await RefreshAsync(visitor, await RefreshTokenOf(fast), Unknown);

        var (ofFast, ofPipeline) = (await StoredAsync(await RefreshTokenOf(fast)), await StoredAsync(await RefreshTokenOf(piped)));
        Assert.Equal((ofPipeline.Type, ofPipeline.Subject, ofPipeline.Properties), (ofFast.Type, ofFast.Subject, ofFast.Properties));
        Assert.Equal(TimeSpan.FromDays(7), ofFast.ExpirationDate - ofFast.CreationDate);
        Assert.Equal(ofPipeline.ExpirationDate - ofPipeline.CreationDate, ofFast.ExpirationDate - ofFast.CreationDate);
        Assert.Equal(("redeemed", "valid"), (ofFast.Status, ofPipeline.Status));
        Assert.NotNull(ofFast.RedemptionDate);
    }

    [Theory]
    [InlineData("repeated")]
    [InlineData("empty")]
    [InlineData("resource")]
    [InlineData("query")]
    [InlineData("header")]
    public async Task What_is_not_plain_goes_through_the_pipeline(string what)
    {
        var service = await system.ServiceAsync("users:read");
        (string, string)[] form = [("grant_type", "client_credentials"), ("scope", "users:read")];

        using var answer = await (what switch
        {
            "repeated" => system.PostAsync(service, "connect/token", [.. form, Unknown, Unknown]),
            "empty" => system.PostAsync(service, "connect/token", [.. form, (Unknown.Item1, "")]),
            "resource" => system.PostAsync(service, "connect/token", [.. form, ("resource", "urn:user-domain:users")]),
            "query" => system.PostAsync(service, "connect/token?of_no_meaning=1", form),
            _ => system.PostWithBasicAsync(service.Id, service.Secret, "connect/token", [.. form, ("client_secret", service.Secret)]),
        });

        if (what is "repeated" or "header")
        {
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        }
        else
        {
            Assert.False(WentFast((await BodyOf(answer)).Text("access_token")!));
        }
    }

    [Fact]
    public async Task CLI_02_A_client_with_a_setting_that_changes_how_it_is_served_goes_through_the_pipeline()
    {
        var id = $"service-{RandomNumberGenerator.GetHexString(12, lowercase: true)}";
        var secret = await system.RegisterAsync(new(id, ClientType.Service) { Scopes = ["users:read"], SenderConstraint = SenderConstraint.Dpop });
        var service = new ServiceClient(id, secret!);

        foreach (var _ in Enumerable.Range(0, 2))
        {
            await system.PostAsync(service, "connect/token", ("grant_type", "client_credentials"), ("scope", "users:read")).ErrorAsync(HttpStatusCode.BadRequest, "invalid_dpop_proof");
        }
    }

    [Theory]
    [InlineData("openid profile email")]
    [InlineData("openid users:read")]
    public async Task UserInfo_and_introspection_tell_the_same_either_way(string scopes)
    {
        var name = await UserAsync();
        using var visitor = await VisitorAsync(scopes.Split(' '));
        var token = (await visitor.SignInAsync(name, RunningSystem.Password)).AccessToken;

        using var info = await system.UserInfoAsync(token);
        using var pipedInfo = await system.UserInfoAsync(token, HttpMethod.Post);
        using var seen = await visitor.PostAsApplicationAsync("connect/introspect", ("token", token));
        using var pipedSeen = await visitor.PostAsApplicationAsync("connect/introspect", ("token", token), Unknown);

        await AssertSameDocumentAsync(info, pipedInfo);
        await AssertSameDocumentAsync(seen, pipedSeen);
    }

    [Fact]
    public async Task A_service_is_told_the_same_of_its_token_either_way()
    {
        var service = await system.ServiceAsync("roles:read");
        var token = (await system.PostAsync(service, "connect/token", ("grant_type", "client_credentials"), ("scope", "roles:read")).BodyAsync()).Text("access_token")!;

        using var seen = await system.PostAsync(service, "connect/introspect", ("token", token), ("token_type_hint", "access_token"));
        using var pipedSeen = await system.PostAsync(service, "connect/introspect", ("token", token), ("token_type_hint", "access_token"), Unknown);

        await AssertSameDocumentAsync(seen, pipedSeen);
    }

    [Theory]
    [InlineData("session")]
    [InlineData("user")]
    [InlineData("token")]
    [InlineData("grant")]
    public async Task REV_01_A_token_that_was_told_of_before_is_told_of_no_more_once_it_has_ended(string what)
    {
        var name = await UserAsync();
        using var visitor = await VisitorAsync("openid", "offline_access");
        var tokens = await visitor.SignInAsync(name, RunningSystem.Password);
        for (var times = 0; times < 2; times++)
        {
            using var before = await system.UserInfoAsync(tokens.AccessToken);
            Assert.Equal(HttpStatusCode.OK, before.StatusCode);
            Assert.True((await visitor.PostAsApplicationAsync("connect/introspect", ("token", tokens.AccessToken)).BodyAsync()).GetProperty("active").GetBoolean());
        }

        await EndAsync(what, visitor, tokens);

        using var after = await system.UserInfoAsync(tokens.AccessToken);
        Assert.Equal(HttpStatusCode.Unauthorized, after.StatusCode);
        Assert.Equal("""{"active":false}""", (await visitor.PostAsApplicationAsync("connect/introspect", ("token", tokens.AccessToken)).BodyAsync()).Compact());
    }

    [Fact]
    public async Task A_token_that_was_told_of_before_does_not_stand_for_one_with_another_signature()
    {
        var name = await UserAsync();
        using var visitor = await VisitorAsync("openid");
        var token = (await visitor.SignInAsync(name, RunningSystem.Password)).AccessToken;
        using var before = await system.UserInfoAsync(token);

        var parts = token.Split('.');
        using var after = await system.UserInfoAsync($"{parts[0]}.{parts[1]}.{(parts[2][0] == 'A' ? 'B' : 'A')}{parts[2][1..]}");

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Unauthorized), (before.StatusCode, after.StatusCode));
    }

    private static async Task AssertSameAsync(HttpResponseMessage fast, HttpResponseMessage piped, params string[] apart)
    {
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (fast.StatusCode, piped.StatusCode));
        Assert.Equal(piped.Content.Headers.ContentType, fast.Content.Headers.ContentType);
        Assert.Equal(piped.Headers.CacheControl, fast.Headers.CacheControl);
        Assert.Equal(piped.Headers.Pragma, fast.Headers.Pragma);

        var (one, other) = (await BodyOf(fast), await BodyOf(piped));
        Assert.Equal(other.EnumerateObject().Select(member => member.Name).Order(), one.EnumerateObject().Select(member => member.Name).Order());
        Assert.Equal(other.Text("token_type"), one.Text("token_type"));
        Assert.InRange(one.GetProperty("expires_in").GetInt32() - other.GetProperty("expires_in").GetInt32(), -1, 1);
        Assert.Equal(other.TryGetProperty("scope", out var scope) ? scope.GetString() : null, one.TryGetProperty("scope", out scope) ? scope.GetString() : null);

        Assert.Equal((true, false), (WentFast(one.Text("access_token")!), WentFast(other.Text("access_token")!)));
        AssertSame(one.Text("access_token")!, other.Text("access_token")!, apart);
        if (other.TryGetProperty("id_token", out var idToken))
        {
            AssertSame(one.Text("id_token")!, idToken.GetString()!, apart);
            var half = SHA256.HashData(Encoding.ASCII.GetBytes(one.Text("access_token")!)).AsSpan(0, 16);
            Assert.Equal(Base64Url.EncodeToString(half), Jwt.ClaimsOf(one.Text("id_token")!).Text("at_hash"));
        }
    }

    private static void AssertSame(string one, string other, string[] apart)
    {
        Assert.Equal(Members(Jwt.HeaderOf(other), []), Members(Jwt.HeaderOf(one), []));
        Assert.Equal(Members(Jwt.ClaimsOf(other), [.. OfOneToken, .. apart]), Members(Jwt.ClaimsOf(one), [.. OfOneToken, .. apart]));
        Assert.Equal(Life(Jwt.ClaimsOf(other)), Life(Jwt.ClaimsOf(one)));
        foreach (var name in OfOneToken)
        {
            Assert.Equal(Jwt.ClaimsOf(other).TryGetProperty(name, out var _), Jwt.ClaimsOf(one).TryGetProperty(name, out var _));
        }
    }

    private static async Task AssertSameDocumentAsync(HttpResponseMessage fast, HttpResponseMessage piped)
    {
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (fast.StatusCode, piped.StatusCode));
        Assert.Equal(piped.Content.Headers.ContentType?.MediaType, fast.Content.Headers.ContentType?.MediaType);
        Assert.Equal(piped.Headers.CacheControl, fast.Headers.CacheControl);
        Assert.Equal(Members(await BodyOf(piped), []), Members(await BodyOf(fast), []));
    }

    private async Task EndAsync(string what, WebVisitor visitor, TokenAnswer tokens)
    {
        switch (what)
        {
            case "session":
                await system.InStoreAsync(store => store.Sessions.Where(row => row.Id == tokens.SessionId).ExecuteUpdateAsync(set => set.SetProperty(row => row.ClosedAt, TimeProvider.System.GetUtcNow())));
                break;
            case "user":
                var user = Guid.Parse(Jwt.ClaimsOf(tokens.AccessToken).Text("sub")!);
                await system.InStoreAsync(store => store.Users.Where(row => row.Id == user).ExecuteUpdateAsync(set => set.SetProperty(row => row.DisabledAt, TimeProvider.System.GetUtcNow())));
                break;
            case "grant":
                (await visitor.PostAsApplicationAsync("connect/revoke", ("token", tokens.RefreshToken!))).Dispose();
                break;
            default:
                (await visitor.PostAsApplicationAsync("connect/revoke", ("token", tokens.AccessToken))).Dispose();
                break;
        }
    }

    private static string[] Members(JsonElement document, string[] but) =>
        [.. document.EnumerateObject().Where(member => !but.Contains(member.Name)).Select(member => $"{member.Name}: {member.Value.GetRawText()}").Order(StringComparer.Ordinal)];

    private static long Life(JsonElement claims) => claims.GetProperty("exp").GetInt64() - claims.GetProperty("iat").GetInt64();

    // The library draws the names of tokens by chance (version 4), we by time.
    private static bool WentFast(string accessToken) => Guid.Parse(Jwt.ClaimsOf(accessToken).Text("jti")!).Version == 7;

    private static async Task<JsonElement> BodyOf(HttpResponseMessage answer) => JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync());

    private static async Task<string> RefreshTokenOf(HttpResponseMessage answer) => (await BodyOf(answer)).Text("refresh_token")!;

    private static Task<HttpResponseMessage> RefreshAsync(WebVisitor visitor, string token, params (string, string)[] more) =>
        visitor.PostTokenAsync([("grant_type", "refresh_token"), ("refresh_token", token), .. more]);

    private static Task<HttpResponseMessage> RedeemAsync(WebVisitor visitor, string code, params (string, string)[] more) => visitor.PostTokenAsync(
        [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", WebVisitor.RedirectUri), ("code_verifier", visitor.Verifier), .. more]);

    private Task<WebVisitor> VisitorAsync(params string[] scopes) =>
        system.VisitorOfAsync(new($"web-{RandomNumberGenerator.GetHexString(12, lowercase: true)}", ClientType.Web) { Scopes = scopes }, scopes);

    private async Task<string> UserAsync()
    {
        var name = $"fast-{RandomNumberGenerator.GetHexString(8, lowercase: true)}";
        await system.CreateUserAsync(name);
        return name;
    }

    // What is written of a grant, as text: with the session it hangs on, and what the audit trail is told.
    private async Task<string> GrantAsync(HttpResponseMessage tokens)
    {
        var claims = Jwt.ClaimsOf((await BodyOf(tokens)).Text("access_token")!);
        var id = Guid.Parse(claims.Text("oi_au_id")!);
        var written = await system.InStoreAsync(async store =>
        {
            var grant = await store.Set<OpenIddict.EntityFrameworkCore.Models.OpenIddictEntityFrameworkCoreAuthorization<Guid>>().SingleAsync(row => row.Id == id);
            var link = await store.SessionAuthorizations.SingleAsync(row => row.AuthorizationId == id);
            return $"{grant.Type} {grant.Status} {grant.Subject} {grant.Scopes} {grant.Properties} {link.SessionId} {link.ClientId}";
        });
        var told = await system.EventAsync(id, "grant.created");
        return $"{written} {told.GetProperty("actor").GetRawText()} {told.GetProperty("after").GetRawText()}";
    }

    private Task<OpenIddict.EntityFrameworkCore.Models.OpenIddictEntityFrameworkCoreToken<Guid>> StoredAsync(string token)
    {
        var reference = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(token.Split('.')[0])));
        return system.InStoreAsync(store => store.Set<OpenIddict.EntityFrameworkCore.Models.OpenIddictEntityFrameworkCoreToken<Guid>>().SingleAsync(row => row.ReferenceId == reference));
    }
}
