using System.Text.Json.Nodes;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using UserDomain.IdentityServer.Clients;
using UserDomain.IdentityServer.Keys;
using UserDomain.ServiceDefaults.Hosting;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace UserDomain.IdentityServer.Protocol.SignedResponses;

/// <summary>Signs what is for one client as that client asked when it was registered.</summary>
internal sealed class ResponseSigner(ClientManager clients, KeyRing ring, UserDomainSettings settings)
{
    private static readonly JsonWebTokenHandler Tokens = new();

    /// <summary>The key to sign with.</summary>
    /// <param name="clientId">The client.</param>
    /// <param name="setting">Where its settings name the algorithm.</param>
    /// <param name="cancellationToken">Ends the wait for the database.</param>
    /// <returns>Null where it named none, or there is no such client.</returns>
    public async ValueTask<SigningCredentials?> FindKeyAsync(string? clientId, string setting, CancellationToken cancellationToken) =>
        clientId is not null
        && await clients.FindByClientIdAsync(clientId, cancellationToken) is { } client
        && (await clients.GetSettingsAsync(client, cancellationToken)).TryGetValue(setting, out var algorithm)
            ? ring.InUse(algorithm)
            : null;

    /// <summary>The key to sign with, that for RS256 where the client named no algorithm: what every client understands.</summary>
    public async ValueTask<SigningCredentials> KeyAsync(string? clientId, string setting, CancellationToken cancellationToken) =>
        await FindKeyAsync(clientId, setting, cancellationToken) ?? ring.InUse(SecurityAlgorithms.RsaSha256);

    /// <summary>A JWT (RFC 7519) for a client, from this issuer.</summary>
    /// <param name="claims">What it says besides; it may live for as long as they say.</param>
    /// <param name="clientId">The client.</param>
    /// <param name="key">The key to sign with.</param>
    /// <param name="type">What kind of JWT it is, where there is a name for it (RFC 8725 section 3.11).</param>
    public string Sign(JsonObject claims, string clientId, SigningCredentials key, string type = JsonWebTokenTypes.GenericJsonWebToken)
    {
        claims[Claims.Issuer] = settings.Issuer;
        claims[Claims.Audience] = clientId;
        return Tokens.CreateToken(claims.ToJsonString(), key, new Dictionary<string, object> { [JwtHeaderParameterNames.Typ] = type });
    }
}
