using Microsoft.IdentityModel.Tokens;
using UserDomain.IdentityStore.Keys;

namespace UserDomain.IdentityServer.Keys;

/// <summary>A purpose the ring always has one key in use for. A key is for one algorithm only, the one that is published with it (RFC 8725 section 3.1).</summary>
internal sealed record KeyKind(KeyUse Use, string Algorithm)
{
    /// <summary>All kinds. The first one for signatures is what tokens are signed with that nobody wants otherwise.</summary>
    public static readonly IReadOnlyList<KeyKind> All =
    [
        new(KeyUse.Signature, SecurityAlgorithms.EcdsaSha256),
        new(KeyUse.Signature, SecurityAlgorithms.RsaSha256),
        new(KeyUse.Signature, SecurityAlgorithms.RsaSsaPssSha256),
        new(KeyUse.Encryption, SecurityAlgorithms.Aes256KW),
    ];

    /// <summary>What can be signed with.</summary>
    public static readonly IReadOnlyList<string> SignatureAlgorithms = [.. All.Where(kind => kind.Use == KeyUse.Signature).Select(kind => kind.Algorithm)];

    public static KeyKind Of(ServerKey key) => All.Single(kind => kind.Algorithm == key.Algorithm);

    /// <summary>The keys of this kind in the order they are used in.</summary>
    public List<ServerKey> In(IEnumerable<ServerKey> keys) =>
        [.. keys.Where(key => key.Use == Use && key.Algorithm == Algorithm).OrderBy(key => key.ActiveFrom).ThenBy(key => key.Id, StringComparer.Ordinal)];
}

/// <summary>Where a key is in its life. It follows from the times in the store, so replicas need not tell each other.</summary>
internal enum KeyState
{
    /// <summary>In use.</summary>
    Active,

    /// <summary>Published, not yet in use.</summary>
    Pending,

    /// <summary>Published, not in use any more.</summary>
    Retired,
}

/// <summary>Tells the state of keys.</summary>
internal static class KeyStates
{
    /// <summary>The keys of all kinds with their state, of each kind the one in use first.</summary>
    public static IEnumerable<(ServerKey Key, KeyState State)> At(this IReadOnlyCollection<ServerKey> keys, DateTimeOffset now) =>
        KeyKind.All.SelectMany(kind => Of(kind.In(keys), now).OrderBy(key => key.State));

    private static IEnumerable<(ServerKey Key, KeyState State)> Of(List<ServerKey> keys, DateTimeOffset now)
    {
        // After a clock that was set back none may have begun: the first one is then better than none.
        var active = Math.Max(keys.FindLastIndex(key => key.ActiveFrom <= now), 0);
        return keys.Select((key, index) => (key, index == active ? KeyState.Active : index < active ? KeyState.Retired : KeyState.Pending));
    }
}
