using System.Security.Cryptography;
using System.Text.Json;
using UserDomain.IdentityServer.Clients;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Protocol.Assertions;

/// <summary>A client that proves itself with a key, and what it sends.</summary>
internal static class AssertionCalls
{
    public const string Token = "connect/token";
    public const string Kid = "key-1";

    /// <summary>A service that is registered with the public half of a key, or what the test makes of it.</summary>
    public static async Task<string> KeyServiceAsync(this RunningSystem system, DpopKey key, Func<ClientSpec, ClientSpec>? change = null)
    {
        var client = new ClientSpec($"keyed-{RandomNumberGenerator.GetHexString(12, lowercase: true)}", ClientType.Service) { Scopes = ["users:read"], Jwks = Set((Kid, key)) };
        Assert.Null(await system.RegisterAsync(change?.Invoke(client) ?? client));
        return client.ClientId;
    }

    /// <summary>A key set as clients write one.</summary>
    public static JsonElement Set(params (string? Kid, DpopKey Key)[] keys) => JsonSerializer.SerializeToElement(new { keys = keys.Select(Member) });

    /// <summary>An assertion in the way of FAPI 2.0, which every client accepts: no typ, the issuer as audience.</summary>
    public static string AssertionOf(this RunningSystem system, string clientId, DpopKey key, Action<Dictionary<string, object?>, Dictionary<string, object?>>? change = null)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var header = new Dictionary<string, object?> { ["alg"] = key.Algorithm, ["kid"] = Kid };
        var claims = new Dictionary<string, object?>
        {
            ["iss"] = clientId,
            ["sub"] = clientId,
            ["aud"] = system.PublicUrl.AbsoluteUri,
            ["jti"] = RandomNumberGenerator.GetHexString(32),
            ["iat"] = now,
            ["exp"] = now + 60,
        };
        change?.Invoke(header, claims);
        return key.Sign(header, claims);
    }

    /// <summary>Asks for a token of the client itself with an assertion.</summary>
    public static Task<HttpResponseMessage> AskWithAsync(this RunningSystem system, string assertion, params (string Name, string Value)[] more) =>
        system.PostAsync(Token, [("grant_type", "client_credentials"), ("scope", "users:read"), .. Form(assertion), .. more]);

    /// <summary>The two parameters.</summary>
    public static (string Name, string Value)[] Form(string assertion) =>
        [("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"), ("client_assertion", assertion)];

    private static Dictionary<string, object?> Member((string? Kid, DpopKey Key) named)
    {
        var member = new Dictionary<string, object?>(named.Key.Jwk) { ["use"] = "sig", ["alg"] = named.Key.Algorithm };
        if (named.Kid is not null)
        {
            member["kid"] = named.Kid;
        }

        return member;
    }
}
