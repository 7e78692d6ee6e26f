using System.Net.Http.Headers;
using System.Text.Json;
using UserDomain.IdentityServer.Clients;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Protocol.Dpop;

/// <summary>Requests with proofs.</summary>
internal static class DpopCalls
{
    public const string Token = "connect/token";
    public const string UserInfo = "connect/userinfo";

    /// <summary>A proof for an address below the public URL.</summary>
    public static string ProofFor(this RunningSystem system, DpopKey key, HttpMethod method, string path, string? accessToken = null, string? nonce = null,
        Action<Dictionary<string, object?>, Dictionary<string, object?>>? change = null) =>
        key.Prove(method.Method, system.PublicUrl.AbsoluteUri + path, accessToken, nonce, change);

    /// <summary>Posts a form with proofs: as they are, however many there are.</summary>
    public static async Task<HttpResponseMessage> PostWithAsync(this RunningSystem system, string[] proofs, string path, params (string Name, string Value)[] form)
    {
        using var client = system.Anonymous();
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new FormUrlEncodedContent(form.Select(pair => new KeyValuePair<string, string>(pair.Name, pair.Value))) };
        foreach (var proof in proofs)
        {
            request.Headers.TryAddWithoutValidation("DPoP", proof);
        }

        return await client.SendAsync(request);
    }

    /// <summary>Posts a form with a proof that has the nonce of this moment.</summary>
    public static async Task<HttpResponseMessage> PostProvenAsync(this RunningSystem system, DpopKey key, string path, params (string Name, string Value)[] form) =>
        await system.PostWithAsync([system.ProofFor(key, HttpMethod.Post, path, nonce: await system.NonceAsync())], path, form);

    /// <summary>Asks an API with a token and proofs.</summary>
    public static async Task<HttpResponseMessage> GetAsync(this RunningSystem system, string path, string scheme, string token, params string[] proofs)
    {
        using var client = system.Anonymous();
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Authorization = new AuthenticationHeaderValue(scheme, token) } };
        foreach (var proof in proofs)
        {
            request.Headers.TryAddWithoutValidation("DPoP", proof);
        }

        return await client.SendAsync(request);
    }

    /// <summary>What the server gives out for the next proof.</summary>
    public static async Task<string> NonceAsync(this RunningSystem system)
    {
        using var answer = await system.PostWithAsync(["x"], Token);
        return Assert.Single(answer.Headers.GetValues("DPoP-Nonce"));
    }

    /// <summary>The token of a service that is bound to a key.</summary>
    public static async Task<string> BoundTokenAsync(this RunningSystem system, DpopKey key, string scope)
    {
        var service = await system.ServiceAsync(scope);
        var answer = await system.PostProvenAsync(key, Token,
            ("grant_type", "client_credentials"), ("client_id", service.Id), ("client_secret", service.Secret), ("scope", scope)).BodyAsync();
        Assert.Equal("DPoP", answer.Text("token_type"));
        return answer.Text("access_token")!;
    }

    /// <summary>A browser in front of a public application that asks for these scopes, and a code it came back with.</summary>
    public static async Task<(WebVisitor Visitor, string Code)> CodeAsync(this RunningSystem system, ClientSpec client, string user, params (string Name, string Value)[] more)
    {
        await system.CreateUserAsync(user);
        await system.RegisterAsync(client with { RedirectUris = [WebVisitor.RedirectUri] });
        var visitor = new WebVisitor(system.PublicUrl, client.ClientId, client.ClientSecret ?? "", [.. client.Scopes]);
        return (visitor, await visitor.CodeAsync(user, RunningSystem.Password, more));
    }

    /// <summary>Redeems a code with these proofs.</summary>
    public static Task<HttpResponseMessage> RedeemAsync(this RunningSystem system, WebVisitor visitor, string code, params string[] proofs) =>
        system.PostWithAsync(proofs, Token, [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", WebVisitor.RedirectUri), ("code_verifier", visitor.Verifier), .. Credentials(visitor)]);

    /// <summary>Refreshes with these proofs.</summary>
    public static Task<HttpResponseMessage> RefreshAsync(this RunningSystem system, WebVisitor visitor, string refreshToken, params string[] proofs) =>
        system.PostWithAsync(proofs, Token, [("grant_type", "refresh_token"), ("refresh_token", refreshToken), .. Credentials(visitor)]);

    /// <summary>What a token is bound to.</summary>
    public static string? BoundTo(string token) =>
        Jwt.ClaimsOf(token).TryGetProperty("cnf", out JsonElement confirmation) ? confirmation.Text("jkt") : null;

    private static (string, string)[] Credentials(WebVisitor visitor) =>
        visitor.ClientSecret.Length == 0 ? [("client_id", visitor.ClientId)] : [("client_id", visitor.ClientId), ("client_secret", visitor.ClientSecret)];
}
