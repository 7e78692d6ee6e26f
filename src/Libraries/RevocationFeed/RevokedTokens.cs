using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;

namespace UserDomain.RevocationFeed;

/// <summary>What is revoked, in memory: the part of the log whose tokens could still live.</summary>
/// <param name="options">When what is known is too old.</param>
/// <param name="time">Tells when an entry may be forgotten, and how old what is known is.</param>
public sealed class RevokedTokens(IOptions<RevocationFeedOptions> options, TimeProvider time)
{
    private static readonly TimeSpan BetweenSweeps = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    // Which claim of a token an entry names.
    private static readonly (string Kind, Func<JsonWebToken, string?> ValueOf)[] Names =
    [
        ("session", token => ClaimOf(token, "sid")),
        ("user", token => ClaimOf(token, "sub")),
        ("client", token => ClaimOf(token, "client_id")),
        ("grant", token => ClaimOf(token, "oi_au_id")),
        ("token", token => token.Id),
        ("key", token => token.Kid),
    ];

    private readonly ConcurrentDictionary<(string Kind, string Value), Named> _named = new();
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Begins with the first request, and is over for all that come later.
    private readonly Lazy<Task> _patience = new(() => Task.Delay(LongestWait));
    private int _followers;
    private long _askedAt;
    private DateTimeOffset _sweptAt;

    /// <summary>Whether it is not known what was revoked lately: writes and whatever must not be done by mistake had better wait.</summary>
    public bool IsStale => Age > options.Value.StaleAfter;

    /// <summary>Completes when the log was read for the first time; until then nothing is known to be revoked.</summary>
    public Task FirstRead => _first.Task;

    /// <summary>The same, or five seconds after this was first asked for: what a request that comes right after the start waits for.</summary>
    public Task FirstReadOrOverdue => _first.Task.IsCompleted ? _first.Task : Task.WhenAny(_first.Task, _patience.Value);

    /// <summary>How long ago what is known was certain to be everything; <see cref="TimeSpan.MaxValue"/> before <see cref="FirstRead"/>.</summary>
    public TimeSpan Age => _first.Task.IsCompleted ? TimeProvider.System.GetElapsedTime(Volatile.Read(ref _askedAt)) : TimeSpan.MaxValue;

    /// <summary>How many things are known to be revoked.</summary>
    public int Count => _named.Count;

    /// <summary>Whether a token is refused although its signature and its times are good.</summary>
    /// <param name="token">An access token of the issuer whose log is followed, validated.</param>
    public bool Include(JsonWebToken token) => !_named.IsEmpty && IsNamed(token, TokenIssuance.Of(token));

    /// <summary>Whether the caller is the one who follows the log for everybody who shares this in a process.</summary>
    internal bool BeginToFollow() => Interlocked.Increment(ref _followers) == 1;

    internal void Add(IEnumerable<RevocationEntry> entries)
    {
        foreach (var entry in entries)
        {
            var named = new Named(entry.IssuedBefore, entry.ExpiresAt);
            _named.AddOrUpdate((entry.Kind, entry.Value), named, (_, known) => known.And(named));
        }
    }

    /// <summary>Notes that everything the log had to say was added, as of when it was asked.</summary>
    /// <param name="askedAt">A timestamp of the system's clock that only goes forward.</param>
    internal void Told(long askedAt)
    {
        Volatile.Write(ref _askedAt, askedAt);
        _first.TrySetResult();
        var now = time.GetUtcNow();
        if (now - _sweptAt >= BetweenSweeps || now < _sweptAt)
        {
            _sweptAt = now;
            foreach (var pair in _named.Where(pair => pair.Value.ExpiresAt <= now))
            {
                // Only as it was found: the same may have been named anew meanwhile.
                _named.TryRemove(pair);
            }
        }
    }

    private bool IsNamed(JsonWebToken token, DateTimeOffset issuedAt)
    {
        foreach (var (kind, valueOf) in Names)
        {
            if (valueOf(token) is { Length: > 0 } value && _named.TryGetValue((kind, value), out var named) && named.IssuedBefore >= issuedAt)
            {
                return true;
            }
        }

        return false;
    }

    private static string? ClaimOf(JsonWebToken token, string name) => token.TryGetPayloadValue<string>(name, out var value) ? value : null;

    private sealed record Named(DateTimeOffset IssuedBefore, DateTimeOffset ExpiresAt)
    {
        public Named And(Named other) => new(Later(IssuedBefore, other.IssuedBefore), Later(ExpiresAt, other.ExpiresAt));

        private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
    }
}
