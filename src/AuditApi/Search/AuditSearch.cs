using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using UserDomain.AuditApi.AuditEvents;

namespace UserDomain.AuditApi.Search;

/// <summary>
/// Finds events, the newest first. Where words are asked for, it goes along the events of the rarest of them, or of what else is asked for if that is rarer: so a page is a piece of an index however long the trail is.
/// </summary>
internal sealed class AuditSearch(AuditContext store, SearchHashes hashes)
{
    // Which of two that are both as frequent as this is the rarer is not worth to know.
    private const int Counted = 1000;

    /// <summary>What is wrong with a question; null if nothing is.</summary>
    public static ProblemHttpResult? Refuse(AuditEventFilter filter) => filter.Q is not { Length: > 0 } text ? null : SearchWords.Of(text).Distinct().Take(AuditEventLimits.QuestionWords + 1).Count() switch
    {
        0 => Problems.NoWords(),
        > AuditEventLimits.QuestionWords => Problems.TooManyWords(AuditEventLimits.QuestionWords),
        _ => null,
    };

    /// <summary>At most so many events.</summary>
    /// <param name="filter">What to find.</param>
    /// <param name="before">Sequence of the last event of the page before; null for the first page.</param>
    /// <param name="count">How many.</param>
    /// <param name="cancellationToken">Ends the wait for the database.</param>
    public async Task<List<AuditEvent>> FindAsync(AuditEventFilter filter, long? before, int count, CancellationToken cancellationToken)
    {
        var events = filter.Apply(store.AuditEvents.AsNoTracking());
        var below = before ?? long.MaxValue;
        var terms = TermsOf(filter);
        if (await RarestAsync(terms, filter, cancellationToken) is { } rarest)
        {
            return await FindAlongAsync(rarest, terms, filter, below, count, cancellationToken);
        }

        return await Having(events, terms).Where(audit => audit.Sequence < below).OrderByDescending(audit => audit.Sequence).Take(count).ToListAsync(cancellationToken);
    }

    // All else that is asked for is looked up event by event: a join leaves the order to the database, which does not know which words are frequent once a statement is prepared, and sorts all events of one.
    private async Task<List<AuditEvent>> FindAlongAsync(long along, List<long> terms, AuditEventFilter filter, long below, int count, CancellationToken cancellationToken)
    {
        var rows = store.SearchTerms.Where(row => row.Term == along);
        foreach (var other in terms.Where(term => term != along))
        {
            rows = rows.Where(row => store.SearchTerms.Where(also => also.Term == other && also.Sequence == row.Sequence).Select(also => (long?)also.Sequence).FirstOrDefault() != null);
        }

        if (filter.Conditions().Any())
        {
            var events = filter.Apply(store.AuditEvents);
            rows = rows.Where(row => events.Where(audit => audit.Sequence == row.Sequence).Select(audit => (long?)audit.Sequence).FirstOrDefault() != null);
        }

        // The word of two persons is in an event twice.
        var found = new SortedSet<long>();
        int read;
        do
        {
            var page = await rows.Where(row => row.Sequence < below).OrderByDescending(row => row.Sequence).Select(row => row.Sequence).Take(count).ToListAsync(cancellationToken);
            read = page.Count;
            found.UnionWith(page);
            below = found.Min;
        }
        while (read == count && found.Count < count);
        var sequences = found.Reverse().Take(count).ToArray();
        return await store.AuditEvents.AsNoTracking().Where(audit => sequences.Contains(audit.Sequence)).OrderByDescending(audit => audit.Sequence).ToListAsync(cancellationToken);
    }

    /// <summary>At most so many events that come after a place, the oldest first: for who reads on.</summary>
    /// <param name="filter">What to find.</param>
    /// <param name="after">The place.</param>
    /// <param name="last">Sequence of the last event to look at.</param>
    /// <param name="count">How many.</param>
    /// <param name="cancellationToken">Ends the wait for the database.</param>
    public Task<List<AuditEvent>> FindAfterAsync(AuditEventFilter filter, long after, long last, int count, CancellationToken cancellationToken) =>
        Having(filter.Apply(store.AuditEvents.AsNoTracking()), TermsOf(filter)).Where(audit => audit.Sequence > after && audit.Sequence <= last)
            .OrderBy(audit => audit.Sequence).Take(count).ToListAsync(cancellationToken);

    private IQueryable<AuditEvent> Having(IQueryable<AuditEvent> events, IEnumerable<long> terms) =>
        terms.Aggregate(events, (found, term) => found.Where(audit => store.SearchTerms.Where(row => row.Term == term && row.Sequence == audit.Sequence).Select(row => (long?)row.Sequence).FirstOrDefault() != null));

    private List<long> TermsOf(AuditEventFilter filter)
    {
        var words = filter.Q is { Length: > 0 } text ? SearchWords.Of(text).Select(hashes.OfWord) : [];
        return [.. words.Concat(filter.Address is { Length: > 0 } address ? [hashes.OfAddress(address)] : []).Distinct()];
    }

    // Null where there is no word, or something else is rarer than each.
    private async Task<long?> RarestAsync(List<long> terms, AuditEventFilter filter, CancellationToken cancellationToken)
    {
        var (rarest, fewest) = ((long?)null, Counted + 1);
        foreach (var term in terms)
        {
            var count = await store.SearchTerms.Where(row => row.Term == term).OrderBy(row => row.Sequence).Take(Counted).CountAsync(cancellationToken);
            (rarest, fewest) = count < fewest ? (term, count) : (rarest, fewest);
        }

        foreach (var condition in terms.Count == 0 ? [] : filter.Conditions())
        {
            var count = await condition(store.AuditEvents).Take(Math.Min(fewest, Counted)).CountAsync(cancellationToken);
            (rarest, fewest) = count < fewest ? (null, count) : (rarest, fewest);
        }

        return rarest;
    }
}
