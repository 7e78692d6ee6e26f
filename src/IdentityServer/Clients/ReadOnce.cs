using System.Runtime.CompilerServices;

namespace UserDomain.IdentityServer.Clients;

/// <summary>
/// What stored texts mean, each read once and kept for as long as the text itself. A text is known by the string it is in: snapshots of a client
/// share theirs between requests.
/// </summary>
/// <typeparam name="T">What a text means; it is shared, so nobody may change it.</typeparam>
/// <param name="read">Reads a text.</param>
internal sealed class ReadOnce<T>(Func<string, T> read)
{
    private readonly ConditionalWeakTable<string, StrongBox<T>> _known = [];

    /// <summary>What a text means.</summary>
    public T Of(string text) => _known.GetValue(text, unread => new(read(unread))).Value!;
}
