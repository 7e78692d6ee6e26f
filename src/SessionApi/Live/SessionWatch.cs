using Microsoft.EntityFrameworkCore;
using UserDomain.Database;
using UserDomain.IdentityStore;
using UserDomain.IdentityStore.Sessions;
using UserDomain.ServiceDefaults.Live;
using UserDomain.SessionApi.Revocations;
using UserDomain.SessionApi.Sessions;

namespace UserDomain.SessionApi.Live;

/// <summary>Sees which sessions are opened and closed, for all feeds of a replica and only while there is one.</summary>
internal sealed class SessionWatch : IDisposable
{
    // Longer than a transaction takes: its rows have the time of its beginning.
    private static readonly TimeSpan Overlap = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(2);

    private readonly IServiceScopeFactory _scopes;
    private readonly TimeProvider _time;
    private readonly SharedLook<long> _look;
    private readonly Queue<(long Number, DateTimeOffset SeenAt, SessionChange Change)> _changes = [];
    private readonly Dictionary<(Guid Session, SessionChangeKind Kind), DateTimeOffset> _told = [];
    private DateTimeOffset _lookedAt = DateTimeOffset.MinValue;
    private long _settled;
    private long _number;

    public SessionWatch(IServiceScopeFactory scopes, TimeProvider time)
    {
        (_scopes, _time) = (scopes, time);
        _look = new(LookAsync);
    }

    /// <summary>Where a feed begins that wants to know what happens from now on.</summary>
    public Task<long> BeginAsync(CancellationToken cancellationToken) => _look.GetAsync(cancellationToken);

    /// <summary>What has happened after a place, and the place after it.</summary>
    public async Task<(IReadOnlyList<SessionChange> Changes, long Place)> AfterAsync(long place, CancellationToken cancellationToken)
    {
        var last = await _look.GetAsync(cancellationToken);
        lock (_changes)
        {
            return ([.. _changes.Where(seen => seen.Number > place && seen.Number <= last).Select(seen => seen.Change)], last);
        }
    }

    public void Dispose() => _look.Dispose();

    private async Task<long> LookAsync(CancellationToken cancellationToken)
    {
        await using var scope = _scopes.CreateAsyncScope();
        var store = scope.ServiceProvider.GetRequiredService<IdentityStoreContext>();
        var now = _time.GetStoredNow();
        var isFirst = now - _lookedAt > Remembered;
        var from = (isFirst ? now : _lookedAt) - Overlap;
        var closed = await ClosedAsync(store, scope.ServiceProvider.GetRequiredService<RevocationLog>(), isFirst, cancellationToken);
        var first = Guid.CreateVersion7(from);
        var sessions = await SessionQueries.ReadAsync(store, store.Sessions.Where(session => session.Id.CompareTo(first) > 0 || closed.Contains(session.Id)), now, cancellationToken);
        lock (_changes)
        {
            foreach (var session in sessions.OrderBy(session => session.Id))
            {
                Add(new(SessionChangeKind.Opened, session), session.CreatedAt >= from, isFirst, now);
                Add(new(SessionChangeKind.Closed, session), session.ClosedAt is not null, isFirst, now);
            }

            Forget(now);
            _lookedAt = now;
            return _number;
        }
    }

    // There is no index on the time a session was closed, and it needs none: the log has an entry for each.
    private async Task<HashSet<Guid>> ClosedAsync(IdentityStoreContext store, RevocationLog log, bool isFirst, CancellationToken cancellationToken)
    {
        if (isFirst)
        {
            _settled = await store.Revocations.MaxAsync(row => (long?)row.Number, cancellationToken) ?? 0;
            return [];
        }

        var closed = new HashSet<Guid>();
        await foreach (var page in log.ReadAllAsync(_settled, cancellationToken))
        {
            closed.UnionWith(page.Items.Where(entry => entry.Kind == RevocationKinds.Session).Select(entry => Guid.Parse(entry.Value)));
            _settled = page.NextCursor is null ? page.Settled : _settled;
        }

        return closed;
    }

    private void Add(SessionChange change, bool isNow, bool isFirst, DateTimeOffset now)
    {
        if (isNow && _told.TryAdd((change.Session.Id, change.Change), now) && !isFirst)
        {
            _changes.Enqueue((++_number, now, change));
        }
    }

    private void Forget(DateTimeOffset now)
    {
        while (_changes.TryPeek(out var oldest) && now - oldest.SeenAt > Remembered)
        {
            _changes.Dequeue();
        }

        foreach (var (told, at) in _told.Where(pair => now - pair.Value > 2 * Remembered).ToList())
        {
            _told.Remove(told);
        }
    }
}
