using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using UserDomain.AuditApi.AuditEvents;
using UserDomain.AuditApi.Heads;
using UserDomain.AuditApi.Tree;
using UserDomain.Contracts;
using UserDomain.ServiceDefaults.Authorization;

namespace UserDomain.AuditApi.Proofs;

internal static class ProofEndpoints
{
    public static void MapProofs(this IEndpointRouteBuilder events)
    {
        events.MapGet("/{id:guid}/proof", Inclusion).RequireAccess(Scopes.AuditRead);
        events.MapGet("/heads/consistency", Consistency).RequireAccess(Scopes.AuditRead);
    }

    private static async Task<Results<Ok<InclusionResponse>, ProblemHttpResult>> Inclusion(
        Guid id, AuditContext store, TrailSeal seal, CancellationToken cancellationToken)
    {
        if (await store.AuditEvents.AsNoTracking().FirstOrDefaultAsync(row => row.Id == id, cancellationToken) is not { } audit)
        {
            return Problems.AuditEventNotFound();
        }

        if (await seal.NewestAsync(cancellationToken) is not { } head || head.Size < audit.Sequence)
        {
            return Problems.NotSealedYet();
        }

        try
        {
            var path = await new TreeReader(store, head.Size).Proofs(cancellationToken).InclusionAsync(audit.Sequence - 1, head.Size);
            return TypedResults.Ok(new InclusionResponse(audit.Sequence - 1, CanonicalEvent.Of(audit), Text(path), HeadResponse.Of(head)));
        }
        catch (BrokenTreeException exception)
        {
            return Problems.TrailBroken(exception.Message);
        }
    }

    private static async Task<Results<Ok<ConsistencyResponse>, ProblemHttpResult>> Consistency(
        [AsParameters] ConsistencyQuery query, AuditContext store, TrailSeal seal, CancellationToken cancellationToken)
    {
        if (await seal.NewestAsync(cancellationToken) is not { } head)
        {
            return Problems.NotSealedYet();
        }

        var (from, to) = (query.From!.Value, query.To ?? head.Size);
        if (to > head.Size || from > to)
        {
            return Problems.NoSuchSizes(from > to ? "from" : "to", head.Size);
        }

        try
        {
            return TypedResults.Ok(new ConsistencyResponse(from, to, Text(await new TreeReader(store, to).Proofs(cancellationToken).ConsistencyAsync(from, to))));
        }
        catch (BrokenTreeException exception)
        {
            return Problems.TrailBroken(exception.Message);
        }
    }

    private static List<string> Text(IReadOnlyList<byte[]> path) => [.. path.Select(Convert.ToBase64String)];
}
