using System.Text.Json;
using UserDomain.IdentityServer.Clients;
using UserDomain.IdentityServer.Protocol.Subjects;
using UserDomain.IdentityServer.Protocol.UserInfo;
using UserDomain.IdentityStore.Users;
using UserDomain.ServiceDefaults.Dpop;

namespace UserDomain.IdentityServer.Protocol.FastPath;

/// <summary>What UserInfo tells a client with a bearer token in the header (OpenID Connect Core 1.0 section 5.3).</summary>
internal sealed class FastUserInfo(KnownAccessTokens tokens, ClientSnapshots clients, SubjectGate gate)
{
    private const string Bearer = "Bearer ";

    /// <summary>Answers a request; null if that is for the pipeline to do.</summary>
    public async ValueTask<FastAnswer?> AnswerAsync(HttpContext context) =>
        TokenOf(context) is { } sent && await tokens.ReadAsync(sent) is { GrantId: { } grant } token && token.Scopes.Contains(OpenIdScopes.OpenId)
        && await clients.FindAsync(context, token.ClientId) is { } client && !ClientStore.SettingsOf(client).ContainsKey(ClientSettings.UserInfoAlgorithm)
        && await gate.CheckAsync(token.Named, grant, context.RequestAborted) is { User: { } user }
            ? new JsonAnswer(json => Describe(json, user, token))
            : null;

    private static string? TokenOf(HttpContext context) =>
        context.Request is { QueryString.HasValue: false, Headers.Authorization: [{ } header] } && header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
        && !context.Request.Headers.ContainsKey(DpopHeaders.Dpop) && context.Connection.ClientCertificate is null
            ? header[Bearer.Length..]
            : null;

    private static void Describe(Utf8JsonWriter json, User user, KnownAccessToken token)
    {
        json.WriteString(OpenIddict.Abstractions.OpenIddictConstants.Claims.Subject, user.Id);
        foreach (var (name, value) in UserClaims.Of(user, token.Scopes, []))
        {
            json.WritePropertyName(name);
            JsonSerializer.Serialize(json, value);
        }
    }
}
