using Microsoft.EntityFrameworkCore;
using UserDomain.AuditApi.AuditEvents;
using UserDomain.AuditApi.Subjects;

namespace UserDomain.AuditApi.Delivery;

/// <summary>A piece of the trail for somebody who reads all of it.</summary>
/// <param name="Events">What is of interest, in order.</param>
/// <param name="Through">Sequence up to which there is nothing else of interest.</param>
/// <param name="IsLast">Whether that is the end of the trail.</param>
internal sealed record TrailPiece(IReadOnlyList<AuditEventResponse> Events, long Through, bool IsLast);

/// <summary>Reads the trail from a place on.</summary>
internal sealed class TrailReader(AuditContext store, EventReader reader)
{
    // Of what is of no interest hardly more than the type is read.
    private const int Looked = 1000;

    /// <summary>The most events of a piece.</summary>
    public const int Most = 100;

    /// <summary>The last sequence; 0 when there is none. Sequences are given out one after the other, so all before it are there.</summary>
    public async Task<long> EndAsync(CancellationToken cancellationToken) => await store.AuditEvents.MaxAsync(row => (long?)row.Sequence, cancellationToken) ?? 0;

    /// <summary>What comes after a place.</summary>
    public async Task<TrailPiece> ReadAfterAsync(long position, Func<string, bool> isOfInterest, CancellationToken cancellationToken)
    {
        var looked = await store.AuditEvents.Where(row => row.Sequence > position).OrderBy(row => row.Sequence).Take(Looked)
            .Select(row => new { row.Sequence, row.Type }).ToListAsync(cancellationToken);
        var found = looked.Where(row => isOfInterest(row.Type)).Select(row => row.Sequence).Take(Most).ToList();
        var events = found.Count == 0 ? [] : await ReadAsync(found, cancellationToken);
        var isCut = found.Count == Most;
        return new(events, isCut ? found[^1] : looked is [.., var last] ? last.Sequence : position, looked.Count < Looked && !isCut);
    }

    /// <summary>Events by their sequences, in order.</summary>
    public async Task<IReadOnlyList<AuditEventResponse>> ReadAsync(IReadOnlyList<long> sequences, CancellationToken cancellationToken) =>
        await reader.OpenAsync(await store.AuditEvents.AsNoTracking().Where(row => sequences.Contains(row.Sequence)).OrderBy(row => row.Sequence).ToListAsync(cancellationToken), cancellationToken);
}
