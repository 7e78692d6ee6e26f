using Microsoft.IdentityModel.Tokens;
using UserDomain.IdentityServer.Clients;
using UserDomain.IdentityServer.Keys;

namespace UserDomain.IdentityServer.Protocol.SignedResponses;

/// <summary>Signs what is for one client as that client asked when it was registered.</summary>
internal sealed class ResponseSigner(ClientManager clients, KeyRing ring)
{
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
}
