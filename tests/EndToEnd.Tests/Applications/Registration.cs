using System.Net;
using System.Security.Cryptography;
using UserDomain.Contracts;

namespace UserDomain.EndToEnd.Tests.Applications;

/// <summary>How applications are registered by those who make them: through the API for clients.</summary>
internal static class Registration
{
    /// <summary>Registers a client that may ask who somebody is, and read users.</summary>
    /// <param name="system">Where.</param>
    /// <param name="client">What it shall be, in the words of a seed file, without id and scopes.</param>
    /// <returns>Its id, and its secret if it has one.</returns>
    public static async Task<(string ClientId, string? ClientSecret)> RegisterClientAsync(this RunningSystem system, object client)
    {
        var request = JsonSerializer.SerializeToNode(client, JsonSerializerOptions.Web)!.AsObject();
        request["clientId"] = $"client-{RandomNumberGenerator.GetHexString(12, lowercase: true)}";
        request["scopes"] = JsonSerializer.SerializeToNode<string[]>(["openid", "profile", "email", "offline_access", Scopes.ProfileSelf, Scopes.UsersRead]);
        // Nobody registers a client that reaches further than they do.
        using var registrar = await system.ClientWithAsync([Scopes.ClientsWrite], [Scopes.ClientsWrite, Scopes.UsersRead]);
        var answer = await registrar.PostAsJsonAsync(new Uri("api/v1/clients", UriKind.Relative), request, TestContext.Current.CancellationToken).BodyAsync(HttpStatusCode.Created);
        return (answer.Text("clientId")!, answer.TryGetProperty("clientSecret", out var secret) ? secret.GetString() : null);
    }

    /// <summary>A set of one key.</summary>
    public static object SetOf(JsonElement key) => new { keys = new[] { key } };
}
