using System.Runtime.CompilerServices;
using System.Text;
using UserDomain.ServiceDefaults.Jose;

namespace UserDomain.IdentityServer.Clients.Keys;

/// <summary>The key sets of clients, wherever they are: registered, or published by the client.</summary>
internal sealed class ClientKeys(FetchedKeySets fetched)
{
    // As long as the text they are read from is kept, which is that of the settings of a client.
    private static readonly ConditionalWeakTable<string, ClientKeySet> Read = [];

    /// <summary>Whether a client has keys.</summary>
    /// <param name="client">The client's settings.</param>
    public static bool HasAny(IReadOnlyDictionary<string, string> client) => client.ContainsKey(ClientSettings.Jwks) || client.ContainsKey(ClientSettings.JwksUri);

    /// <summary>Whether a client has signed something.</summary>
    /// <param name="client">The client's settings, which have a set or an address of one.</param>
    /// <param name="jws">What was sent.</param>
    /// <param name="kid">The name it has for its key, if any.</param>
    /// <param name="algorithm">How it is signed, once that is known to be an accepted way.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public ValueTask<bool> HaveSignedAsync(IReadOnlyDictionary<string, string> client, string jws, string? kid, string algorithm, CancellationToken cancellationToken) =>
        AnyAsync(client, set => IsSignedByAsync(set, jws, kid, algorithm), cancellationToken);

    /// <summary>Whether a client's set fits; one that is published is asked for anew when it does not.</summary>
    /// <param name="client">The client's settings, which have a set or an address of one.</param>
    /// <param name="fits">What is looked for in a set.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async ValueTask<bool> AnyAsync(IReadOnlyDictionary<string, string> client, Func<ClientKeySet, ValueTask<bool>> fits, CancellationToken cancellationToken)
    {
        if (!client.TryGetValue(ClientSettings.JwksUri, out var address))
        {
            return await fits(Read.GetValue(client[ClientSettings.Jwks], text => ClientKeySet.Read(Encoding.UTF8.GetBytes(text))!));
        }

        var published = fetched.At(address);
        var keys = await published.GetAsync(cancellationToken);
        return (keys is not null && await fits(keys))
            || (await published.GetOtherThanAsync(keys, cancellationToken) is { } newer && await fits(newer));
    }

    private static async ValueTask<bool> IsSignedByAsync(ClientKeySet keys, string jws, string? kid, string algorithm)
    {
        foreach (var key in keys.For(kid, algorithm))
        {
            if (await CompactJws.IsSignedByAsync(jws, algorithm, key))
            {
                return true;
            }
        }

        return false;
    }
}
