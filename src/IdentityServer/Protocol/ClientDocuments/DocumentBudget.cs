namespace UserDomain.IdentityServer.Protocol.ClientDocuments;

/// <summary>
/// How often anybody may have us ask for the document of a client that is not known yet: so a flood of made-up ids neither strikes another host nor fills
/// the store. Clients that are known are not bound by it, and cannot be kept out by others.
/// </summary>
internal sealed class DocumentBudget(TimeProvider time)
{
    /// <summary>The most documents of one host within <see cref="Window"/>.</summary>
    public const int OfOneHost = 10;

    /// <summary>The most documents within <see cref="Window"/>.</summary>
    public const int OfAll = 60;

    /// <summary>The time they are counted in.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Dictionary<string, int> _taken = [];
    private readonly Lock _lock = new();
    private DateTimeOffset _ends;

    /// <summary>Whether a document of a host may be asked for now, which counts then.</summary>
    public bool TryTake(string host)
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            if (now >= _ends)
            {
                _taken.Clear();
                _ends = now + Window;
            }

            var ofHost = _taken.GetValueOrDefault(host);
            if (ofHost >= OfOneHost || _taken.Values.Sum() >= OfAll)
            {
                return false;
            }

            _taken[host] = ofHost + 1;
            return true;
        }
    }
}
