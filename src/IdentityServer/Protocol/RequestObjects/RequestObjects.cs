using OpenIddict.Abstractions;
using UserDomain.IdentityServer.Clients;
using UserDomain.IdentityServer.Clients.Keys;

namespace UserDomain.IdentityServer.Protocol.RequestObjects;

/// <summary>Finds out what a request object asks for (RFC 9101 section 6).</summary>
internal sealed class RequestObjects(RequestObjectRules rules, ClientManager clients, ClientKeys keys)
{
    private const string NotOfClient = "The request object is not signed with a key the client is registered with.";

    /// <summary>Checks a request object.</summary>
    /// <param name="sent">What was sent.</param>
    /// <param name="clientId">The client that is named beside it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What the client asks for, if it is known to be its own; and what is wrong, if something is.</returns>
    public async ValueTask<(IReadOnlyList<KeyValuePair<string, OpenIddictParameter>>? Parameters, string? Problem)> CheckAsync(
        string sent, string clientId, CancellationToken cancellationToken)
    {
        if (RequestObject.Read(sent) is not { } read)
        {
            return (null, "The request object is not a signed JWT.");
        }

        if (await clients.FindByClientIdAsync(clientId, cancellationToken) is not { } client
            || await clients.GetSettingsAsync(client, cancellationToken) is not { } kept || !ClientKeys.HasAny(kept))
        {
            return (null, NotOfClient);
        }

        var fapi2 = kept.ContainsKey(ClientSettings.Fapi2);
        if (RequestObjectRules.ProblemOf(read.Header, fapi2 || kept.ContainsKey(ClientSettings.StrictAssertions)) is { } unfit)
        {
            return (null, unfit);
        }

        if (!await keys.HaveSignedAsync(kept, sent, read.Header.Kid, read.Header.Alg!, cancellationToken))
        {
            return (null, NotOfClient);
        }

        return read.Parameters() is { } parameters
            ? (parameters, rules.ProblemOf(read, clientId, fapi2))
            : (null, "The request object has a member that no parameter can be.");
    }
}
