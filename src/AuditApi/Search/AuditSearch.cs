using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using UserDomain.AuditApi.AuditEvents;

namespace UserDomain.AuditApi.Search;

/// <summary>
/// Finds events, the newest first. Where words are asked for, it goes along the events of the rarest of them, so that a page of it is a piece of an index however long the trail is.
/// </summary>
internal sealed class AuditSearch(AuditContext store, SearchHashes hashes)
{
    // Which of two words that are both as frequent as this is the rarer does not matter.
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
        if (terms.Count == 0)
        {
            return await events.Where(audit => audit.Sequence < below).OrderByDescending(audit => audit.Sequence).Take(count).ToListAsync(cancellationToken);
        }

        var rarest = await RarestAsync(terms, cancellationToken);
        events = Having(events, terms.Where(term => term != rarest));

        // The word of two persons is in an event twice.
        var found = new List<AuditEvent>();
        int read;
        do
        {
            var page = await store.SearchTerms.Where(term => term.Term == rarest && term.Sequence < below)
                .Join(events, term => term.Sequence, audit => audit.Sequence, (term, audit) => new { term, audit })
                .OrderByDescending(pair => pair.term.Sequence).Select(pair => pair.audit).Take(count).ToListAsync(cancellationToken);
            read = page.Count;
            found.AddRange(page.DistinctBy(audit => audit.Sequence));
            below = found.Count > 0 ? found[^1].Sequence : 0;
        }
        while (read == count && found.Count < count);
        return [.. found.Take(count)];
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
        terms.Aggregate(events, (found, wanted) => found.Where(audit => store.SearchTerms.Any(term => term.Term == wanted && term.Sequence == audit.Sequence)));

    private List<long> TermsOf(AuditEventFilter filter)
    {
        var words = filter.Q is { Length: > 0 } text ? SearchWords.Of(text).Select(hashes.OfWord) : [];
        return [.. words.Concat(filter.Address is { Length: > 0 } address ? [hashes.OfAddress(address)] : []).Distinct()];
    }

    private async Task<long> RarestAsync(List<long> terms, CancellationToken cancellationToken)
    {
        var (rarest, fewest) = (terms[0], int.MaxValue);
        foreach (var term in terms.Count == 1 ? [] : terms)
        {
            var count = await store.SearchTerms.Where(row => row.Term == term).OrderBy(row => row.Sequence).Take(Counted).CountAsync(cancellationToken);
            (rarest, fewest) = count < fewest ? (term, count) : (rarest, fewest);
        }

        return rarest;
    }
}
