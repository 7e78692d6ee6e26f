using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using UserDomain.Database;
using UserDomain.IdentityStore;
using UserDomain.ServiceDefaults.Lists;

namespace UserDomain.SessionApi.Revocations;

/// <summary>Reads the revocation log.</summary>
internal sealed class RevocationLog(IdentityStoreContext store, TimeProvider time)
{
    // Longer than any transaction takes.
    private static readonly TimeSpan LongestCommit = TimeSpan.FromMinutes(2);

    /// <summary>The entries after a number, without those that have expired: they name expired tokens only, and who follows the log never needs them again.</summary>
    public async Task<RevocationPage> ReadAsync(long after, int size, CancellationToken cancellationToken)
    {
        var now = time.GetStoredNow();
        var items = await store.Revocations.Where(revocation => revocation.Number > after && revocation.ExpiresAt > now)
            .OrderBy(revocation => revocation.Number).Take(size + 1)
            .Select(revocation => new RevocationResponse(
                revocation.Number, revocation.Kind, revocation.Value, revocation.IssuedBefore, revocation.CreatedAt, revocation.ExpiresAt))
            .ToListAsync(cancellationToken);
        var page = Page.Of(items, size, revocation => revocation.Number.ToString(CultureInfo.InvariantCulture));
        return new(page.Items, page.NextCursor, SettledAfter(after, page.Items, now - LongestCommit));
    }

    /// <summary>Everything after a number, page by page. What is <see cref="RevocationPage.Settled"/> on the last page holds for all of them.</summary>
    public async IAsyncEnumerable<RevocationPage> ReadAllAsync(long after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (settled, isSettled) = (after, true);
        RevocationPage page;
        do
        {
            page = await ReadAsync(after, PageQuery.Max, cancellationToken);
            settled = isSettled ? page.Settled : settled;
            after = page.Items is [.., var last] ? last.Number : after;
            isSettled &= page.Settled == after;
            yield return page with { Settled = settled };
        }
        while (page.NextCursor is not null);
    }

    // Numbers are given out before their transactions are committed, and those in any order. What is missing below an old entry was rolled back or has expired.
    private static long SettledAfter(long number, IReadOnlyList<RevocationResponse> items, DateTimeOffset old)
    {
        foreach (var item in items)
        {
            if (item.Number > number + 1 && item.CreatedAt > old)
            {
                break;
            }

            number = item.Number;
        }

        return number;
    }
}
