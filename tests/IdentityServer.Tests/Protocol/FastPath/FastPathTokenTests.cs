using System.Net;
using System.Security.Cryptography;
using UserDomain.IdentityServer.Clients;
using UserDomain.Testing;
using static UserDomain.IdentityServer.Tests.Protocol.FastPath.EitherWay;

namespace UserDomain.IdentityServer.Tests.Protocol.FastPath;

/// <summary>Token requests the fast path answers as the pipeline does, and those it leaves to it.</summary>
public sealed class FastPathTokenTests(RunningSystem system)
{
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
        var name = await system.UserAsync();
        using var visitor = await system.VisitorWithAsync(scopes.Split(' '));

        using var fast = await RedeemAsync(visitor, await visitor.CodeAsync(name, RunningSystem.Password));
        using var piped = await RedeemAsync(visitor, await visitor.CodeAsync(name, RunningSystem.Password), Unknown);

        // Each code is a grant of its own.
        await AssertSameAsync(fast, piped, "oi_au_id");
    }

    [Fact]
    public async Task A_refresh_token_gives_the_same_tokens_either_way_and_each_way_takes_those_of_the_other()
    {
        var name = await system.UserAsync();
        using var visitor = await system.VisitorWithAsync("openid", "offline_access", "users:read", "roles:read");
        var first = await visitor.SignInAsync(name, RunningSystem.Password, ("resource", "urn:user-domain:roles"));

        using var fast = await RefreshAsync(visitor, first.RefreshToken!);
        using var piped = await RefreshAsync(visitor, await RefreshTokenOf(fast), Unknown);
        using var fastAgain = await RefreshAsync(visitor, await RefreshTokenOf(piped));

        await AssertSameAsync(fast, piped);
        await AssertSameAsync(fastAgain, piped);
        Assert.Equal(["urn:user-domain:roles"], Jwt.ClaimsOf((await BodyOf(fast)).Text("access_token")!).Strings("aud"));
    }

    [Theory]
    [InlineData("RS256")]
    [InlineData("PS256")]
    [InlineData("ES256")]
    [InlineData(null)]
    public async Task An_ID_token_is_signed_as_its_client_asked_either_way(string? algorithm)
    {
        var name = await system.UserAsync();
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
        var name = await system.UserAsync();
        using var visitor = await system.VisitorWithAsync("openid", "offline_access");
        var first = await visitor.SignInAsync(name, RunningSystem.Password);

        using var fast = await RefreshAsync(visitor, first.RefreshToken!);
        using var piped = await RefreshAsync(visitor, await RefreshTokenOf(fast), Unknown);

        var (ofFast, ofPipeline) = (await system.StoredAsync(await RefreshTokenOf(fast)), await system.StoredAsync(await RefreshTokenOf(piped)));
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
}
