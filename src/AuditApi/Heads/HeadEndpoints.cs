using System.Globalization;
using System.Net.Mime;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using UserDomain.Contracts;
using UserDomain.ServiceDefaults.Authorization;
using UserDomain.ServiceDefaults.Lists;

namespace UserDomain.AuditApi.Heads;

internal static class HeadEndpoints
{
    private const string ListName = "audit-heads";

    public static void MapHeads(this IEndpointRouteBuilder events)
    {
        var heads = events.MapGroup("/heads");

        heads.MapGet("/", List).RequireAccess(Scopes.AuditRead);
        heads.MapGet("/latest", Latest).RequireAccess(Scopes.AuditRead);
        heads.MapGet("/key", Key).RequireAccess(Scopes.AuditRead);
    }

    private static async Task<Results<Ok<Page<HeadResponse>>, ProblemHttpResult>> List(
        [AsParameters] PageQuery page, AuditContext store, CursorCodec cursors, CancellationToken cancellationToken)
    {
        if (cursors.Refuse(ListName, page, out var before) is { } refusal)
        {
            return refusal;
        }

        var below = before is null ? long.MaxValue : long.Parse(before, CultureInfo.InvariantCulture);
        var heads = await store.Heads.AsNoTracking().Where(head => head.Size < below).OrderByDescending(head => head.Size).Take(page.Size + 1).ToListAsync(cancellationToken);
        return TypedResults.Ok(Page.Of([.. heads.Select(HeadResponse.Of)], page.Size, head => cursors.Encode(ListName, head.Size.ToString(CultureInfo.InvariantCulture))));
    }

    private static async Task<Results<ContentHttpResult, ProblemHttpResult>> Latest(TrailSeal seal, CancellationToken cancellationToken) =>
        await seal.NewestAsync(cancellationToken) is { } head ? TypedResults.Text(head.Note, MediaTypeNames.Text.Plain) : Problems.NotSealedYet();

    private static async Task<ContentHttpResult> Key(HeadKey key, AuditContext store, CancellationToken cancellationToken) =>
        TypedResults.Text($"{(await key.GetAsync(store, cancellationToken)).Verifier}\n", MediaTypeNames.Text.Plain);
}
