using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using UserDomain.IdentityServer.Clients;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Protocol;

/// <summary>A client that acts for itself.</summary>
internal sealed record ServiceClient(string Id, string Secret);

/// <summary>Calls of protocol endpoints tests share.</summary>
internal static class ProtocolCalls
{
    public static async Task<ServiceClient> ServiceAsync(this RunningSystem system, params string[] scopes)
    {
        var id = $"service-{RandomNumberGenerator.GetHexString(12, lowercase: true)}";
        return new(id, (await system.RegisterAsync(new(id, ClientType.Service) { Scopes = scopes }))!);
    }

    /// <summary>A client that keeps no secret.</summary>
    public static async Task<string> PublicClientAsync(this RunningSystem system)
    {
        var id = $"spa-{RandomNumberGenerator.GetHexString(12, lowercase: true)}";
        await system.RegisterAsync(new(id, ClientType.Spa) { RedirectUris = [WebVisitor.RedirectUri], Scopes = ["openid", "offline_access", "users:read"] });
        return id;
    }

    /// <summary>Posts a form with nothing in it but this.</summary>
    public static async Task<HttpResponseMessage> PostAsync(this RunningSystem system, string endpoint, params (string Name, string Value)[] form)
    {
        using var client = system.Anonymous();
        using var content = Form(form);
        return await client.PostAsync(new Uri(endpoint, UriKind.Relative), content);
    }

    /// <summary>Posts a form as a client that authenticates in its body (client_secret_post).</summary>
    public static Task<HttpResponseMessage> PostAsync(this RunningSystem system, ServiceClient service, string endpoint, params (string Name, string Value)[] form) =>
        system.PostAsync(endpoint, [.. form, ("client_id", service.Id), ("client_secret", service.Secret)]);

    /// <summary>Posts a form as a client that authenticates in the header (client_secret_basic, RFC 6749 section 2.3.1).</summary>
    public static async Task<HttpResponseMessage> PostWithBasicAsync(this RunningSystem system, string id, string secret, string endpoint, params (string Name, string Value)[] form)
    {
        using var client = system.Anonymous();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic",
            Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Uri.EscapeDataString(id)}:{Uri.EscapeDataString(secret)}")));
        using var content = Form(form);
        return await client.PostAsync(new Uri(endpoint, UriKind.Relative), content);
    }

    /// <summary>What UserInfo answers to a token in the header.</summary>
    public static async Task<HttpResponseMessage> UserInfoAsync(this RunningSystem system, string accessToken, HttpMethod? method = null)
    {
        using var client = system.Anonymous();
        using var request = new HttpRequestMessage(method ?? HttpMethod.Get, "connect/userinfo");
        request.Headers.Authorization = new("Bearer", accessToken);
        request.Content = method == HttpMethod.Post ? Form([]) : null;
        return await client.SendAsync(request);
    }

    /// <summary>An error in the way of OAuth (RFC 6749 section 5.2), and not in problem details.</summary>
    public static async Task<JsonElement> ErrorAsync(this Task<HttpResponseMessage> request, HttpStatusCode status, string error)
    {
        var body = await request.BodyAsync(status);
        Assert.Equal(error, body.Text("error"));
        Assert.False(body.TryGetProperty("type", out _));
        Assert.False(body.TryGetProperty("error_uri", out _));
        return body;
    }

    /// <summary>JSON without white space.</summary>
    public static string Compact(this JsonElement body) => JsonSerializer.Serialize(body);

    private static FormUrlEncodedContent Form((string Name, string Value)[] form) => new(form.Select(pair => new KeyValuePair<string, string>(pair.Name, pair.Value)));
}
