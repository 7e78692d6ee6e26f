using UserDomain.IdentityStore.Keys;

namespace UserDomain.IdentityServer.Keys;

/// <summary>What is due in a ring at a time. It names each step once, so whoever carries it out again finds nothing to do.</summary>
/// <param name="Make">Keys that are missing or have to be announced, and from when on they are used.</param>
/// <param name="Retire">Keys that have a successor in use, and that successor.</param>
/// <param name="Delete">Keys that nothing can be in need of.</param>
internal sealed record KeyPlan(
    IReadOnlyList<(KeyKind Kind, DateTimeOffset ActiveFrom)> Make,
    IReadOnlyList<(ServerKey Key, ServerKey Successor)> Retire,
    IReadOnlyList<ServerKey> Delete)
{
    public bool IsEmpty => Make.Count + Retire.Count + Delete.Count == 0;

    public static KeyPlan Of(IReadOnlyCollection<ServerKey> keys, KeySettings settings, DateTimeOffset now) => new(
        [.. KeyKind.All.Select(kind => (kind, NextOf(kind.In(keys), settings, now))).Where(next => next.Item2 is not null).Select(next => (next.kind, next.Item2!.Value))],
        [.. KeyKind.All.SelectMany(kind => SucceededOf(kind.In(keys), now))],
        [.. keys.Where(key => key.RetiredAt + settings.KeptOf(key.Use) <= now)]);

    private static DateTimeOffset? NextOf(List<ServerKey> keys, KeySettings settings, DateTimeOffset now)
    {
        if (keys.Count == 0)
        {
            return now;
        }

        var end = keys[^1].ActiveFrom + settings.Rotation;
        if (keys[^1].ActiveFrom > now || end - settings.Announcement > now)
        {
            return null;
        }

        // The server may have been away when it should have been announced: nobody has it any earlier for that.
        var earliest = now + settings.Announcement;
        return end > earliest ? end : earliest;
    }

    private static IEnumerable<(ServerKey Key, ServerKey Successor)> SucceededOf(List<ServerKey> keys, DateTimeOffset now) =>
        keys.Zip(keys.Skip(1)).Where(pair => pair.First.RetiredAt is null && pair.Second.ActiveFrom <= now);
}
