using System.Net;
using UserDomain.IdentityServer.Clients;
using UserDomain.IdentityServer.Tests.Protocol.Assertions;
using UserDomain.IdentityServer.Tests.Protocol.Dpop;
using UserDomain.IdentityServer.Tests.Protocol.Mtls;
using UserDomain.IdentityServer.Tests.Protocol.SignedResponses;
using UserDomain.ServiceDefaults.Authorization;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Protocol.Fapi2;

/// <summary>Clients of FAPI 2.0 (Security Profile Final, sections 5.3.2 and 5.4.1) on their way to tokens.</summary>
public sealed class Fapi2FlowTests(RunningSystem system, MtlsSystem certified) : IClassFixture<MtlsSystem>
{
    [Fact]
    public async Task A_client_that_keeps_to_the_profile_gets_bound_tokens_by_a_pushed_request()
    {
        using var party = await Fapi2Party.CreateAsync(system);

        var arrived = await party.ComeBackAsync();
        var tokens = await party.RedeemAsync(arrived["code"]!).BodyAsync();

        Assert.Equal((system.PublicUrl.AbsoluteUri, "af0ifjsldkj"), (arrived["iss"], arrived["state"]));
        Assert.Equal("DPoP", tokens.Text("token_type"));
        Assert.Equal(party.ProofKey.Thumbprint, DpopCalls.BoundTo(tokens.Text("access_token")!));
        Assert.Equal("ES256", Jwt.HeaderOf(tokens.Text("id_token")!).Text("alg"));
        await system.VerifiedAsync(tokens.Text("id_token")!, party.Visitor.ClientId);
    }

    [Fact]
    public async Task A_client_may_do_all_of_it_with_a_certificate()
    {
        using var mine = TestAuthority.SelfSigned("CN=mine");
        using var other = TestAuthority.SelfSigned("CN=mine");
        var client = await certified.ServiceAsync(spec => spec with
        {
            Fapi2 = true,
            TokenEndpointAuthMethod = ClientAuthentication.SelfSignedTlsClientAuth,
            Jwks = MtlsSystem.Set(mine),
            SenderConstraint = SenderConstraint.Mtls,
        });

        var tokens = await certified.AskAsync(mine, client).BodyAsync();
        await certified.AskAsync(other, client).ErrorAsync(HttpStatusCode.Unauthorized, "invalid_client");

        Assert.Equal(Confirmation.ThumbprintOf(mine), Jwt.ClaimsOf(tokens.Text("access_token")!).GetProperty("cnf").Text("x5t#S256"));
    }

    [Fact]
    public async Task TOK_10_A_request_that_was_not_pushed_is_refused()
    {
        using var party = await Fapi2Party.CreateAsync(system);

        using var answer = await party.Visitor.Http.GetAsync(party.Visitor.AuthorizeUrl());

        Assert.NotEqual("/account/sign-in", answer.Headers.Location?.OriginalString.Split('?')[0]);
        Assert.DoesNotContain("code", WebVisitor.QueryOf(answer).Keys);
        Assert.True(answer.StatusCode == HttpStatusCode.BadRequest || WebVisitor.QueryOf(answer)["error"] == "invalid_request", $"{answer.StatusCode} {answer.Headers.Location}");
    }

    [Theory]
    [InlineData("code_challenge", null, "invalid_request")]
    [InlineData("code_challenge_method", "plain", "invalid_request")]
    [InlineData("redirect_uri", null, "invalid_request")]
    [InlineData("redirect_uri", "https://attacker.example.test/callback", "invalid_request")]
    [InlineData("response_type", "token", "unsupported_response_type")]
    [InlineData("response_type", "code id_token", "unsupported_response_type")]
    [InlineData("request_uri", "urn:ietf:params:oauth:request_uri:x", "invalid_request")]
    public async Task TOK_01_TOK_02_TOK_03_What_the_profile_does_not_allow_is_not_taken(string name, string? value, string error)
    {
        using var party = await Fapi2Party.CreateAsync(system);

        await party.PushAsync((name, value)).ErrorAsync(HttpStatusCode.BadRequest, error);
    }

    [Fact]
    public async Task A_request_that_does_not_ask_for_an_identity_needs_a_redirect_URI_as_well()
    {
        using var party = await Fapi2Party.CreateAsync(system);

        await party.PushAsync(("scope", "users:read"), ("redirect_uri", null)).ErrorAsync(HttpStatusCode.BadRequest, "invalid_request");
    }

    [Fact]
    public async Task TOK_14_A_nonce_may_have_384_characters_and_comes_back_whole()
    {
        using var party = await Fapi2Party.CreateAsync(system);
        var nonce = new string('n', 384);

        await party.PushAsync(("nonce", nonce + "n")).ErrorAsync(HttpStatusCode.BadRequest, "invalid_request");
        var tokens = await party.RedeemAsync((await party.ComeBackAsync(("nonce", nonce)))["code"]!).BodyAsync();

        Assert.Equal(nonce, Jwt.ClaimsOf(tokens.Text("id_token")!).Text("nonce"));
    }

    [Theory]
    [InlineData("RS256")]
    [InlineData("ES384")]
    public async Task CLI_01_An_assertion_is_signed_with_ES256_or_PS256(string algorithm)
    {
        using var key = algorithm == "RS256" ? DpopKey.CreateRsa(algorithm) : DpopKey.Create(algorithm);
        using var party = await Fapi2Party.CreateAsync(system, spec => spec with { Jwks = AssertionCalls.Set((AssertionCalls.Kid, key)) });

        await system.PostAsync("connect/token", [("grant_type", "refresh_token"), ("refresh_token", "x"), .. AssertionCalls.Form(party.Assertion(key))])
            .ErrorAsync(HttpStatusCode.Unauthorized, "invalid_client");
    }

    [Fact]
    public async Task CLI_01_An_assertion_names_the_issuer_alone()
    {
        using var key = DpopKey.Create();
        var client = await system.KeyServiceAsync(key, spec => spec with { Fapi2 = true, SenderConstraint = SenderConstraint.Dpop });

        await system.AskWithAsync(system.AssertionOf(client, key, (_, claims) => claims["aud"] = system.PublicUrl.AbsoluteUri + "connect/token")).ErrorAsync(HttpStatusCode.Unauthorized, "invalid_client");
        await system.AskWithAsync(system.AssertionOf(client, key, (_, claims) => claims["aud"] = new[] { system.PublicUrl.AbsoluteUri })).ErrorAsync(HttpStatusCode.Unauthorized, "invalid_client");
        await system.AskWithAsync(system.AssertionOf(client, key)).ErrorAsync(HttpStatusCode.BadRequest, "invalid_dpop_proof");
    }

    [Fact]
    public async Task TOK_10_A_code_is_not_redeemed_without_a_proof()
    {
        using var party = await Fapi2Party.CreateAsync(system);
        var code = (await party.ComeBackAsync())["code"]!;

        await party.RedeemAsync(code, []).ErrorAsync(HttpStatusCode.BadRequest, "invalid_dpop_proof");
        await party.RedeemAsync(code).BodyAsync();
    }

    [Theory]
    [InlineData(null, "ES256")]
    [InlineData("PS256", "PS256")]
    public async Task What_is_signed_for_the_client_is_signed_with_ES256_or_as_it_says(string? named, string algorithm)
    {
        using var party = await Fapi2Party.CreateAsync(system, spec => spec with { AuthorizationSignedResponseAlg = named, IdTokenSignedResponseAlg = named });

        var response = (await party.ComeBackAsync(("response_mode", "jwt")))["response"]!;
        var claims = await system.VerifiedAsync(response, party.Visitor.ClientId);
        var tokens = await party.RedeemAsync(claims.Text("code")!).BodyAsync();

        Assert.Equal((algorithm, algorithm), (Jwt.HeaderOf(response).Text("alg"), Jwt.HeaderOf(tokens.Text("id_token")!).Text("alg")));
    }
}
