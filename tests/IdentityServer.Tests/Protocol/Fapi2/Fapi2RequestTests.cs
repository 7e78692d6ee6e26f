using System.Net;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;
using OpenIddict.EntityFrameworkCore.Models;
using UserDomain.IdentityServer.Tests.Protocol.Assertions;
using UserDomain.Testing;
using Change = System.Action<System.Collections.Generic.Dictionary<string, object?>, System.Collections.Generic.Dictionary<string, object?>>;

namespace UserDomain.IdentityServer.Tests.Protocol.Fapi2;

/// <summary>What clients of FAPI 2.0 may send and what not (Security Profile Final section 5.3.2), as the conformance suite does.</summary>
public sealed class Fapi2RequestTests(RunningSystem system)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("state", 0)]
    [InlineData("state", 128)]
    [InlineData("state", 1024)]
    [InlineData("nonce", 0)]
    [InlineData("nonce", 64)]
    public async Task State_and_nonce_come_back_as_they_were_sent_and_not_if_they_were_not(string name, int length)
    {
        using var party = await Fapi2Party.CreateAsync(system);
        var value = length == 0 ? null : new string('v', length);

        var arrived = await party.ComeBackAsync((name, value));
        var claims = Jwt.ClaimsOf((await party.RedeemAsync(arrived["code"]!).BodyAsync()).Text("id_token")!);

        Assert.Equal(value, name == "state" ? arrived.GetValueOrDefault("state") : claims.TryGetProperty("nonce", out var nonce) ? nonce.GetString() : null);
    }

    [Fact]
    public async Task The_order_of_scopes_does_not_matter()
    {
        using var party = await Fapi2Party.CreateAsync(system);

        await party.RedeemAsync((await party.ComeBackAsync(("scope", "users:read offline_access openid")))["code"]!).BodyAsync();
    }

    [Fact]
    public async Task CLI_03_A_person_who_says_no_sends_the_client_a_refusal()
    {
        using var party = await Fapi2Party.CreateAsync(system, spec => spec with { RequireConsent = true });
        var pushed = await party.PushAsync().BodyAsync(HttpStatusCode.Created);
        var page = await party.Visitor.FollowAsync(await party.Visitor.Http.GetAsync(UrlOf(party, pushed.Text("request_uri")!), Cancellation));
        page = await party.Visitor.SubmitAsync(page, new() { ["username"] = party.User, ["password"] = RunningSystem.Password });

        var answer = WebVisitor.QueryOf(await party.Visitor.SubmitAsync(page, new() { ["decision"] = "deny" }));

        Assert.Equal(("access_denied", "af0ifjsldkj", system.PublicUrl.AbsoluteUri), (answer["error"], answer["state"], answer["iss"]));
    }

    [Fact]
    public async Task TOK_04_A_code_is_good_for_a_minute_and_once()
    {
        using var party = await Fapi2Party.CreateAsync(system);
        var (late, used) = ((await party.ComeBackAsync())["code"]!, (await AgainAsync(party))["code"]!);
        var tokens = await party.RedeemAsync(used).BodyAsync();
        await party.RedeemAsync(used).ErrorAsync(HttpStatusCode.BadRequest, "invalid_grant");
        await party.RefreshAsync(tokens.Text("refresh_token")!).ErrorAsync(HttpStatusCode.BadRequest, "invalid_grant");

        var codes = await CodesAsync(party);
        Assert.All(codes, code => Assert.InRange(code.ExpirationDate!.Value - code.CreationDate!.Value, TimeSpan.FromSeconds(59), TimeSpan.FromSeconds(61)));
        await system.InStoreAsync(store => store.Set<OpenIddictEntityFrameworkCoreToken<Guid>>().Where(row => codes.Select(code => code.Id).Contains(row.Id))
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.ExpirationDate, row => row.ExpirationDate!.Value.AddSeconds(-62))));

        await party.RedeemAsync(late).ErrorAsync(HttpStatusCode.BadRequest, "invalid_grant");
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    public async Task A_request_is_pushed_by_POST(string method)
    {
        using var http = system.Anonymous();
        using var request = new HttpRequestMessage(new(method), "connect/par?client_id=a&response_type=code");

        using var answer = await http.SendAsync(request, Cancellation);

        Assert.InRange((int)answer.StatusCode, 400, 499);
    }

    public static TheoryData<string, Change> Wrong => new()
    {
        { "an audience that is a list", (_, claims) => claims["aud"] = new[] { claims["aud"] } },
        { "the pushed request endpoint as audience", (_, claims) => claims["aud"] += "connect/par" },
        { "the token endpoint as audience", (_, claims) => claims["aud"] += "connect/token" },
        { "another audience", (_, claims) => claims["aud"] = "https://other.example.test/" },
        { "more than a minute early", (_, claims) => (claims["nbf"], claims["iat"], claims["exp"]) = ((long)claims["iat"]! + 65, (long)claims["iat"]! + 65, (long)claims["exp"]! + 65) },
        { "five minutes late", (_, claims) => claims["exp"] = (long)claims["iat"]! - 300 },
        { "no subject", (_, claims) => claims.Remove("sub") },
    };

    [Theory]
    [MemberData(nameof(Wrong), DisableDiscoveryEnumeration = true)]
    public async Task CLI_01_An_assertion_that_is_wrong_pushes_nothing(string what, Change change)
    {
        using var key = DpopKey.Create();
        using var party = await Fapi2Party.CreateAsync(system, spec => spec with { Jwks = AssertionCalls.Set((AssertionCalls.Kid, key)) });
        Assert.NotEmpty(what);

        await PushAsync(party, key, change).ErrorAsync(HttpStatusCode.Unauthorized, "invalid_client");
        await PushAsync(party, key, (_, claims) => (claims["nbf"], claims["iat"]) = ((long)claims["iat"]! + 8, (long)claims["iat"]! + 8)).BodyAsync(HttpStatusCode.Created);
    }

    private Task<HttpResponseMessage> PushAsync(Fapi2Party party, DpopKey key, Change change) => system.PostAsync("connect/par",
        [.. QueryHelpers.ParseQuery(party.Visitor.AuthorizeUrl().Split('?')[1]).Select(pair => (pair.Key, pair.Value.ToString())), .. AssertionCalls.Form(system.AssertionOf(party.Visitor.ClientId, key, change))]);

    // As one who is signed in already.
    private static async Task<Dictionary<string, string?>> AgainAsync(Fapi2Party party)
    {
        var pushed = await party.PushAsync().BodyAsync(HttpStatusCode.Created);
        return WebVisitor.QueryOf(await party.Visitor.FollowAsync(await party.Visitor.Http.GetAsync(UrlOf(party, pushed.Text("request_uri")!), Cancellation)));
    }

    private static string UrlOf(Fapi2Party party, string requestUri) =>
        QueryHelpers.AddQueryString("connect/authorize", new Dictionary<string, string?> { ["client_id"] = party.Visitor.ClientId, ["request_uri"] = requestUri });

    private Task<List<OpenIddictEntityFrameworkCoreToken<Guid>>> CodesAsync(Fapi2Party party) => system.InStoreAsync(store => store.Set<OpenIddictEntityFrameworkCoreToken<Guid>>()
        .Where(row => row.Application!.ClientId == party.Visitor.ClientId && row.Type == OpenIddictConstants.TokenTypeIdentifiers.Private.AuthorizationCode).ToListAsync(Cancellation));
}
