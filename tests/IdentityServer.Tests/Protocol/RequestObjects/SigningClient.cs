using System.Security.Cryptography;
using Microsoft.AspNetCore.WebUtilities;
using UserDomain.IdentityServer.Clients;
using UserDomain.IdentityServer.Tests.Protocol.Assertions;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Protocol.RequestObjects;

/// <summary>A web application that signs what it asks for, and a browser in front of it.</summary>
internal sealed class SigningClient : IDisposable
{
    private readonly RunningSystem _system;
    private readonly DpopKey _key;

    private SigningClient(RunningSystem system, DpopKey key)
    {
        _system = system;
        _key = key;
        Visitor = new(system.PublicUrl, $"signs-{RandomNumberGenerator.GetHexString(12, lowercase: true)}", "", ["openid"]);
    }

    public static long Now => TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();

    public WebVisitor Visitor { get; }

    /// <summary>What it asks for.</summary>
    public (string Name, string Value)[] Parameters
    {
        get
        {
            var url = Visitor.AuthorizeUrl();
            return [.. QueryHelpers.ParseQuery(url[url.IndexOf('?', StringComparison.Ordinal)..]).Select(pair => (pair.Key, pair.Value.ToString()))];
        }
    }

    /// <summary>Registers one.</summary>
    /// <param name="system">Where.</param>
    /// <param name="change">Makes it another client.</param>
    /// <param name="key">Its key, which ends with it.</param>
    public static async Task<SigningClient> CreateAsync(RunningSystem system, Func<ClientSpec, ClientSpec>? change = null, DpopKey? key = null)
    {
        var client = new SigningClient(system, key ?? DpopKey.Create());
        var spec = new ClientSpec(client.Visitor.ClientId, ClientType.Web)
        {
            RedirectUris = [WebVisitor.RedirectUri],
            Scopes = ["openid"],
            Jwks = AssertionCalls.Set((AssertionCalls.Kid, client._key)),
        };
        await system.RegisterAsync(change?.Invoke(spec) ?? spec);
        return client;
    }

    /// <summary>What it asks for as a request object, signed by its key or by another one.</summary>
    public string Signed(Action<Dictionary<string, object?>, Dictionary<string, object?>>? change = null, DpopKey? key = null)
    {
        var signer = key ?? _key;
        var header = new Dictionary<string, object?> { ["alg"] = signer.Algorithm, ["kid"] = AssertionCalls.Kid };
        var claims = Parameters.ToDictionary(pair => pair.Name, pair => (object?)pair.Value);
        (claims["iss"], claims["aud"], claims["exp"]) = (Visitor.ClientId, _system.PublicUrl.AbsoluteUri, Now + 60);
        change?.Invoke(header, claims);
        return signer.Sign(header, claims);
    }

    /// <summary>Sends the browser with a request object, or with none where it is empty.</summary>
    public Task<HttpResponseMessage> AuthorizeAsync(string request, params (string Name, string Value)[] more) => Visitor.Http.GetAsync(QueryHelpers.AddQueryString("connect/authorize",
        new Dictionary<string, string?>(more.Select(pair => new KeyValuePair<string, string?>(pair.Name, pair.Value))) { ["client_id"] = Visitor.ClientId, ["request"] = request.Length == 0 ? null : request }));

    /// <summary>Pushes a request object, with an assertion of its key.</summary>
    public Task<HttpResponseMessage> PushAsync(string request, params (string Name, string Value)[] more) => _system.PostAsync("connect/par",
        [.. more.Where(pair => pair.Name != "client_id"), ("client_id", Visitor.ClientId), ("request", request), .. AssertionCalls.Form(_system.AssertionOf(Visitor.ClientId, _key))]);

    /// <summary>It is told of an error where it wants its codes.</summary>
    public static void AssertRefused(HttpResponseMessage answer, string error)
    {
        Assert.StartsWith(WebVisitor.RedirectUri, answer.Headers.Location?.OriginalString, StringComparison.Ordinal);
        Assert.Equal(error, WebVisitor.QueryOf(answer)["error"]);
    }

    public void Dispose()
    {
        _key.Dispose();
        Visitor.Dispose();
    }
}
