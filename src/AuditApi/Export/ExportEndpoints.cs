using Microsoft.AspNetCore.Http.HttpResults;
using UserDomain.AuditApi.AuditEvents;
using UserDomain.AuditApi.Export.Formats;
using UserDomain.AuditApi.Heads;
using UserDomain.AuditApi.Integrity;
using UserDomain.AuditApi.Reading;
using UserDomain.AuditApi.Search;
using UserDomain.AuditApi.Tree;
using UserDomain.Contracts;
using UserDomain.ServiceDefaults.Authorization;
using UserDomain.ServiceDefaults.Hosting;

namespace UserDomain.AuditApi.Export;

internal static class ExportEndpoints
{
    private const string JsonLines = "application/jsonl; charset=utf-8";

    public static void MapExport(this IEndpointRouteBuilder events) => events.MapGet("/export", Export).RequireAccess(Scopes.AuditRead);

    private static async Task<Results<PushStreamHttpResult, ProblemHttpResult>> Export(
        [AsParameters] ExportQuery query, [AsParameters] AuditEventFilter filter, IServiceProvider services, UserDomainSettings settings, CancellationToken cancellationToken)
    {
        if (query.Format == ExportQuery.Sealed)
        {
            return filter == new AuditEventFilter() ? await SealAsync(query.After ?? 0, services, cancellationToken) : Problems.SealedHasAll();
        }

        if (AuditSearch.Refuse(filter) is { } wrong)
        {
            return wrong;
        }

        await services.GetRequiredService<ReadingLog>().NoteExportAsync(query.Format!, filter, query.After ?? 0, cancellationToken);
        var format = EventFormat.AllFor(settings.PublicUrl)[query.Format!];
        var export = ActivatorUtilities.CreateInstance<ReadableExport>(services, format);
        return TypedResults.Stream(body => export.WriteAsync(filter, query.After ?? 0, body, cancellationToken), format.MediaType);
    }

    private static async Task<Results<PushStreamHttpResult, ProblemHttpResult>> SealAsync(long after, IServiceProvider services, CancellationToken cancellationToken)
    {
        var (store, key) = (services.GetRequiredService<AuditContext>(), services.GetRequiredService<HeadKey>());
        if (await services.GetRequiredService<TrailSeal>().NewestAsync(cancellationToken) is not { } head)
        {
            return Problems.NotSealedYet();
        }

        if (after > head.Size)
        {
            return Problems.NoSuchStart(head.Size);
        }

        MerkleFrontier before;
        try
        {
            before = await new TreeReader(store, head.Size).Proofs(cancellationToken).FrontierAsync(after);
        }
        catch (BrokenTreeException exception)
        {
            return Problems.TrailBroken(exception.Message);
        }

        await services.GetRequiredService<ReadingLog>().NoteExportAsync(ExportQuery.Sealed, new(), after, cancellationToken);
        var verifier = (await key.GetAsync(store, cancellationToken)).Verifier;
        var header = new ExportHeader(ExportHeader.Version, verifier.Name, verifier.ToString(), after + 1, [.. before.Subtrees.Select(Convert.ToBase64String)]);
        return TypedResults.Stream(body => new SealedExport(store, body).WriteAsync(header, head.Size, cancellationToken), JsonLines);
    }
}
