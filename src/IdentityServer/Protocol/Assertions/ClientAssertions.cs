using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using UserDomain.IdentityServer.Clients;
using UserDomain.IdentityServer.Clients.Keys;
using UserDomain.ServiceDefaults.Replays;

namespace UserDomain.IdentityServer.Protocol.Assertions;

/// <summary>Finds out which client an assertion is of, and uses the assertion up (RFC 7523, OpenID Connect Core 1.0 section 9).</summary>
internal sealed class ClientAssertions(AssertionRules rules, ClientManager clients, ClientKeys keys, IReplayMemory memory)
{
    // The same for one who does not exist: whether a client does is nobody's to find out.
    private const string NotOfClient = "The client is not known, or has not signed the assertion with a key it is registered with.";

    /// <summary>Checks an assertion.</summary>
    /// <param name="assertion">What was sent.</param>
    /// <param name="path">The path of the endpoint that was asked.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The client, or why not.</returns>
    public async ValueTask<(string? ClientId, string? Problem)> CheckAsync(string assertion, PathString path, CancellationToken cancellationToken)
    {
        if (AssertionDocument.Read(assertion) is not var (header, claims))
        {
            return (null, "The assertion is not a signed JWT.");
        }

        if (rules.ProblemOf(header, claims) is { } problem)
        {
            return (null, problem);
        }

        var id = claims.Iss!;
        if (await clients.FindByClientIdAsync(id, cancellationToken) is not { } client
            || await clients.GetSettingsAsync(client, cancellationToken) is not { } kept || !ClientKeySettings.UsesKeys(kept))
        {
            return (null, NotOfClient);
        }

        if (rules.ProblemOf(header, claims, path, kept.ContainsKey(ClientSettings.StrictAssertions)) is { } unfit)
        {
            return (null, unfit);
        }

        if (!await keys.HaveSignedAsync(kept, assertion, header.Kid, header.Alg!, cancellationToken))
        {
            return (null, NotOfClient);
        }

        return await memory.TakeAsync(IdOf(id, claims.Jti!), rules.MemoryOf(claims), cancellationToken)
            ? (id, null)
            : (null, "The assertion was used before: make a new one for each request.");
    }

    // The jti comes last: whatever it holds, two assertions that differ in the client cannot have the same text.
    private static string IdOf(string clientId, string jti) =>
        Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes($"client_assertion {clientId} {jti}")));
}
