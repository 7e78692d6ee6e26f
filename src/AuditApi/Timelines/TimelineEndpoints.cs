using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using UserDomain.AuditApi.AuditEvents;
using UserDomain.AuditApi.Delivery;
using UserDomain.AuditApi.Heads;
using UserDomain.AuditApi.Reading;
using UserDomain.AuditApi.Subjects;
using UserDomain.AuditApi.Tree;
using UserDomain.Contracts;
using UserDomain.ServiceDefaults.Authorization;

namespace UserDomain.AuditApi.Timelines;

internal static class TimelineEndpoints
{
    private const int Most = 200;
    private static readonly TimeSpan ToBeSealed = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(100);

    public static void MapTimelines(this IEndpointRouteBuilder events) => events.MapGet("/timeline", Get).RequireAccess(Scopes.AuditRead);

    private static async Task<Results<Ok<TimelineResponse>, ProblemHttpResult>> Get(
        [AsParameters] TimelineQuery query, AuditContext store, TrailReader trail, TrailSeal seal, HeadKey key, EventReader reader, ReadingLog readings, CancellationToken cancellationToken)
    {
        var subject = query.Subject!.Value;
        await readings.NoteAsync(new AuditEventFilter { Target = subject.ToString() }, cancellationToken);
        if (await SealedAsync(await trail.EndAsync(cancellationToken), seal, cancellationToken) is not { } head)
        {
            return Problems.NotSealedYet();
        }

        var sequences = await FindAsync(store, subject.ToString(), Math.Min(query.Before ?? long.MaxValue, head.Size + 1), cancellationToken);
        var shown = sequences.Take(Most).ToList();
        var rows = await store.AuditEvents.AsNoTracking().Where(row => shown.Contains(row.Sequence)).OrderByDescending(row => row.Sequence).ToListAsync(cancellationToken);
        var opened = await reader.OpenAsync(rows, cancellationToken);
        try
        {
            var (proofs, events) = (new TreeReader(store, head.Size).Proofs(cancellationToken), new List<ProvedEvent>());
            foreach (var (row, told) in rows.Zip(opened))
            {
                var path = await proofs.InclusionAsync(row.Sequence - 1, head.Size);
                events.Add(new(told, CanonicalEvent.Of(row), [.. path.Select(Convert.ToBase64String)]));
            }

            return TypedResults.Ok(new TimelineResponse(subject, (await key.GetAsync(store, cancellationToken)).Verifier.ToString(), HeadResponse.Of(head), events, sequences.Count > Most ? shown[^1] : null));
        }
        catch (BrokenTreeException exception)
        {
            return Problems.TrailBroken(exception.Message);
        }
    }

    // What was done a moment ago is meant to be in it, and a head follows within two seconds.
    private static async Task<TrailHead?> SealedAsync(long size, TrailSeal seal, CancellationToken cancellationToken)
    {
        var begun = TimeProvider.System.GetTimestamp();
        TrailHead? head;
        while ((head = await seal.NewestAsync(cancellationToken)) is null || head.Size < size)
        {
            if (TimeProvider.System.GetElapsedTime(begun) > ToBeSealed)
            {
                return null;
            }

            await Task.Delay(Between, cancellationToken);
        }

        return head;
    }

    // Each along an index of its own; together they would be along none.
    private static async Task<List<long>> FindAsync(AuditContext store, string subject, long before, CancellationToken cancellationToken)
    {
        var below = store.AuditEvents.Where(row => row.Sequence < before);
        var found = new SortedSet<long>();
        foreach (var events in new[] { below.Where(row => row.ActorId == subject), below.Where(row => row.TargetId == subject), below.Where(row => row.StateSubject == subject) })
        {
            found.UnionWith(await events.OrderByDescending(row => row.Sequence).Take(Most + 1).Select(row => row.Sequence).ToListAsync(cancellationToken));
        }

        return [.. found.Reverse().Take(Most + 1)];
    }
}
