using System.Net;
using System.Security.Cryptography;
using Microsoft.AspNetCore.WebUtilities;
using UserDomain.IdentityServer.Clients;
using UserDomain.IdentityServer.Tests.Protocol.Assertions;
using UserDomain.IdentityServer.Tests.Protocol.Dpop;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Protocol.Fapi2;

/// <summary>A client of FAPI 2.0 that has two keys, one for assertions and one for proofs, and a browser in front of it.</summary>
internal sealed class Fapi2Party : IDisposable
{
    private readonly RunningSystem _system;
    private readonly DpopKey _key = DpopKey.CreateRsa();

    private Fapi2Party(RunningSystem system, string clientId)
    {
        _system = system;
        Visitor = new(system.PublicUrl, clientId, "", ["openid", "offline_access", "users:read"]);
    }

    public WebVisitor Visitor { get; }

    /// <summary>What its tokens are bound to.</summary>
    public DpopKey ProofKey { get; } = DpopKey.Create();

    /// <summary>What the person is called who comes along.</summary>
    public string User { get; } = $"fay-{RandomNumberGenerator.GetHexString(12, lowercase: true)}";

    public static async Task<Fapi2Party> CreateAsync(RunningSystem system, Func<ClientSpec, ClientSpec>? change = null)
    {
        var party = new Fapi2Party(system, $"fapi-{RandomNumberGenerator.GetHexString(12, lowercase: true)}");
        var spec = party.Describe();
        Assert.Null(await system.RegisterAsync(change?.Invoke(spec) ?? spec));
        await system.CreateUserAsync(party.User);
        return party;
    }

    /// <summary>As what it registers: with what the profile needs, and nothing that follows from it.</summary>
    public ClientSpec Describe() => new(Visitor.ClientId, ClientType.Web)
    {
        Fapi2 = true,
        RedirectUris = [WebVisitor.RedirectUri],
        Scopes = ["openid", "offline_access", "users:read"],
        Jwks = AssertionCalls.Set((AssertionCalls.Kid, _key)),
        SenderConstraint = SenderConstraint.Dpop,
    };

    /// <summary>An assertion of its key, or of another one.</summary>
    public string Assertion(DpopKey? key = null) => _system.AssertionOf(Visitor.ClientId, key ?? _key);

    /// <summary>Pushes a request; a parameter that is null is left out.</summary>
    public Task<HttpResponseMessage> PushAsync(params (string Name, string? Value)[] change)
    {
        var url = Visitor.AuthorizeUrl([.. change.Select(pair => (pair.Name, pair.Value!))]);
        return _system.PostAsync("connect/par", [.. QueryHelpers.ParseQuery(url[url.IndexOf('?', StringComparison.Ordinal)..]).Select(pair => (pair.Key, pair.Value.ToString())), .. AssertionCalls.Form(Assertion())]);
    }

    /// <summary>Has the person sign in, and comes back with what the client is answered.</summary>
    public async Task<Dictionary<string, string?>> ComeBackAsync(params (string Name, string? Value)[] change)
    {
        var pushed = await PushAsync(change).BodyAsync(HttpStatusCode.Created);
        var url = QueryHelpers.AddQueryString("connect/authorize", new Dictionary<string, string?> { ["client_id"] = Visitor.ClientId, ["request_uri"] = pushed.Text("request_uri") });
        var page = await Visitor.FollowAsync(await Visitor.Http.GetAsync(url));
        return WebVisitor.QueryOf(await Visitor.SubmitAsync(page, new() { ["username"] = User, ["password"] = RunningSystem.Password }));
    }

    /// <summary>Redeems a code with a proof, or what the test has in its place.</summary>
    public async Task<HttpResponseMessage> RedeemAsync(string code, string[]? proofs = null) => await _system.PostWithAsync(proofs ?? [await ProofAsync()], DpopCalls.Token,
        [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", WebVisitor.RedirectUri), ("code_verifier", Visitor.Verifier), .. AssertionCalls.Form(Assertion())]);

    /// <summary>Refreshes with a proof, or what the test has in its place.</summary>
    public async Task<HttpResponseMessage> RefreshAsync(string refreshToken, string[]? proofs = null) => await _system.PostWithAsync(proofs ?? [await ProofAsync()], DpopCalls.Token,
        [("grant_type", "refresh_token"), ("refresh_token", refreshToken), .. AssertionCalls.Form(Assertion())]);

    /// <summary>Signs in for the refresh token.</summary>
    public async Task<string> RefreshTokenAsync() => (await RedeemAsync((await ComeBackAsync())["code"]!).BodyAsync()).Text("refresh_token")!;

    /// <summary>A proof for the token endpoint.</summary>
    public async Task<string> ProofAsync() => _system.ProofFor(ProofKey, HttpMethod.Post, DpopCalls.Token, nonce: await _system.NonceAsync());

    public void Dispose()
    {
        _key.Dispose();
        ProofKey.Dispose();
        Visitor.Dispose();
    }
}
