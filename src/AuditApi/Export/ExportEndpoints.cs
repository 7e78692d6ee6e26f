using Microsoft.AspNetCore.Http.HttpResults;
using UserDomain.AuditApi.Heads;
using UserDomain.AuditApi.Integrity;
using UserDomain.AuditApi.Tree;
using UserDomain.Contracts;
using UserDomain.ServiceDefaults.Authorization;

namespace UserDomain.AuditApi.Export;

internal static class ExportEndpoints
{
    private const string JsonLines = "application/jsonl; charset=utf-8";

    public static void MapExport(this IEndpointRouteBuilder events) => events.MapGet("/export", Export).RequireAccess(Scopes.AuditRead);

    private static async Task<Results<PushStreamHttpResult, ProblemHttpResult>> Export(
        [AsParameters] ExportQuery query, AuditContext store, TrailSeal seal, HeadKey key, CancellationToken cancellationToken)
    {
        if (await seal.NewestAsync(cancellationToken) is not { } head)
        {
            return Problems.NotSealedYet();
        }

        var from = query.From ?? 1;
        if (from > head.Size + 1)
        {
            return Problems.NoSuchStart(head.Size);
        }

        MerkleFrontier before;
        try
        {
            before = await new TreeReader(store, head.Size).Proofs(cancellationToken).FrontierAsync(from - 1);
        }
        catch (BrokenTreeException exception)
        {
            return Problems.TrailBroken(exception.Message);
        }

        var header = new ExportHeader(ExportHeader.Version, key.Origin, (await key.GetAsync(store, cancellationToken)).Verifier.ToString(), from, [.. before.Subtrees.Select(Convert.ToBase64String)]);
        return TypedResults.Stream(body => new SealedExport(store, body).WriteAsync(header, head.Size, cancellationToken), JsonLines);
    }
}
