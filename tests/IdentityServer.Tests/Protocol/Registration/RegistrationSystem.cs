using System.Net;
using System.Text;
using System.Text.Json;
using UserDomain.IdentityServer.Tests.ClientApi;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Protocol.Registration;

/// <summary>An installation where clients may register, and calls that tests of that share.</summary>
public sealed class RegistrationSystem : IAsyncLifetime
{
    internal const string Url = "connect/register";
    private const string Scope = "clients:register";

    public RunningSystem System { get; } = RunningSystem.With(new Dictionary<string, string> { ["UserDomain:Registration:Enabled"] = "true" });

    public ValueTask InitializeAsync() => System.InitializeAsync();

    public ValueTask DisposeAsync() => System.DisposeAsync();

    /// <summary>Somebody who may register clients and holds some permissions more.</summary>
    internal Task<HttpClient> RegistrarAsync(params string[] more) => System.ClientWithAsync([Scope], [Scope, .. more]);

    /// <summary>Sends metadata as it is.</summary>
    internal static Task<HttpResponseMessage> SendAsync(HttpClient client, string method, string url, string? json = null, string? token = null, string type = "application/json")
    {
        var request = new HttpRequestMessage(new(method), url) { Content = json is null ? null : new StringContent(json, Encoding.UTF8, type) };
        request.Headers.Authorization = token is null ? null : new("Bearer", token);
        return client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>Registers a client by the right of a fresh registrar.</summary>
    internal async Task<JsonElement> RegisterAsync(object metadata, params string[] permissions)
    {
        using var registrar = await RegistrarAsync(permissions);
        return await SendAsync(registrar, "POST", Url, JsonSerializer.Serialize(metadata)).BodyAsync(HttpStatusCode.Created);
    }

    /// <summary>Calls the configuration endpoint of a client as itself.</summary>
    internal async Task<HttpResponseMessage> ManageAsync(JsonElement client, string method, object? metadata = null)
    {
        using var http = System.Anonymous();
        return await SendAsync(http, method, client.Text("registration_client_uri")!, metadata is null ? null : JsonSerializer.Serialize(metadata), client.Text("registration_access_token"));
    }

    /// <summary>Metadata of a web application.</summary>
    internal static Dictionary<string, object?> Web(params (string Name, object? Value)[] more)
    {
        var metadata = new Dictionary<string, object?> { ["client_name"] = "Shop", ["redirect_uris"] = new[] { WebVisitor.RedirectUri } };
        foreach (var (name, value) in more)
        {
            metadata[name] = value;
        }

        return metadata;
    }

    internal static string Unique(string prefix) => ClientCalls.UniqueId(prefix);
}
