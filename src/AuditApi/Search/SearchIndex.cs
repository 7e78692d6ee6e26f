using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using UserDomain.AuditApi.Subjects;

namespace UserDomain.AuditApi.Search;

/// <summary>Writes and deletes the words of events.</summary>
internal sealed class SearchIndex(AuditContext store, SearchHashes hashes)
{
    /// <summary>How many words an event is found by, at most: its address, names, personal values, others, in this order.</summary>
    public const int MostTerms = 12;

    private const int DeleteBatch = 10_000;

    /// <summary>Adds the words of events, in the transaction in which these are appended.</summary>
    /// <param name="events">Each with its sequence.</param>
    /// <param name="keys">What is not sealed, because its key is not there any more, is not found either.</param>
    /// <param name="cancellationToken">Ends the wait for the database.</param>
    public async Task AddAsync(IEnumerable<(PersonalValues Values, long Sequence)> events, SubjectKeyRing keys, CancellationToken cancellationToken)
    {
        // So many rows, each of three numbers, cost a tenth as one statement of what they do one by one. Those of an event that somebody has deleted may be there: that keeps no other from being recorded.
        var rows = events.SelectMany(sent => TermsOf(sent.Values, keys).Take(MostTerms).Select(term => (term.Term, sent.Sequence, term.Subject))).ToArray();
        if (rows.Length == 0)
        {
            return;
        }

        var (terms, sequences, subjects) = (Array.ConvertAll(rows, row => row.Term), Array.ConvertAll(rows, row => row.Sequence), Array.ConvertAll(rows, row => row.Subject));
        if (store is PostgreSqlAuditContext)
        {
            await store.Database.ExecuteSqlAsync($"INSERT INTO audit.audit_terms (term, sequence, subject) SELECT * FROM unnest({terms}, {sequences}, {subjects}) ON CONFLICT DO NOTHING", cancellationToken);
        }
        else
        {
            var json = JsonSerializer.Serialize(rows.Select(row => new[] { row.Term, row.Sequence, row.Subject }));
            await store.Database.ExecuteSqlAsync(
                $"INSERT OR IGNORE INTO audit_terms (term, sequence, subject) SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each({json})", cancellationToken);
        }
    }

    /// <summary>Deletes all words of somebody, a piece at a time: no statement takes long.</summary>
    public async Task ForgetAsync(string subject, CancellationToken cancellationToken)
    {
        var hash = hashes.OfSubject(subject);
        while (await DeleteAsync(hash, cancellationToken) == DeleteBatch)
        {
        }
    }

    private Task<int> DeleteAsync(long subject, CancellationToken cancellationToken) => store is PostgreSqlAuditContext
        ? store.Database.ExecuteSqlAsync($"DELETE FROM audit.audit_terms WHERE ctid = ANY(ARRAY(SELECT ctid FROM audit.audit_terms WHERE subject = {subject} AND subject <> 0 LIMIT {DeleteBatch}))", cancellationToken)
        : store.Database.ExecuteSqlAsync(
            $"DELETE FROM audit_terms WHERE (term, sequence, subject) IN (SELECT term, sequence, subject FROM audit_terms WHERE subject = {subject} AND subject <> 0 LIMIT {DeleteBatch})", cancellationToken);

    private IEnumerable<(long Term, long Subject)> TermsOf(PersonalValues values, SubjectKeyRing keys)
    {
        var (sent, whose) = (values.Event, values.Subjects);
        var addressOwner = whose.Address switch
        {
            AddressOwner.Actor => whose.Actor,
            AddressOwner.Target => whose.Target,
            _ => null,
        };
        var states = values.After.Values.Concat(values.Before.Values).OrderByDescending(value => value.IsPersonal);
        var words = TextOf(sent.Actor?.Name, whose.Actor)
            .Concat(TextOf(sent.Target.Name, whose.Target))
            .Concat(states.SelectMany(value => SearchWords.Of(value.Value).Select(word => (word, value.IsPersonal ? whose.States : null))));
        return (sent.Address is null ? [] : Known((hashes.OfAddress(sent.Address), addressOwner)))
            .Concat(words.Distinct().SelectMany(word => Known((hashes.OfWord(word.Item1), word.Item2))))
            .Distinct();

        // Nobody's, or of somebody whose key is there.
        IEnumerable<(long, long)> Known((long Term, string? Subject) found) =>
            found.Subject is null ? [(found.Term, 0)] : keys.Find(found.Subject) is not null ? [(found.Term, hashes.OfSubject(found.Subject))] : [];
    }

    private static IEnumerable<(string Word, string? Subject)> TextOf(string? text, string? subject) => text is null ? [] : SearchWords.Of(text).Where(word => !SearchWords.IsAddress(word)).Select(word => (word, subject));
}
