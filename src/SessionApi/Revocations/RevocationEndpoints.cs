using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using UserDomain.Contracts;
using UserDomain.Database;
using UserDomain.IdentityStore;
using UserDomain.ServiceDefaults.Authorization;
using UserDomain.ServiceDefaults.Lists;

namespace UserDomain.SessionApi.Revocations;

internal static class RevocationEndpoints
{
    private const int DefaultLimit = 50;

    // Longer than any transaction takes.
    private static readonly TimeSpan LongestCommit = TimeSpan.FromMinutes(2);

    public static void MapRevocations(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/revocations", List).WithTags("Revocations").RequireAccess(Scopes.RevocationsRead);

    private static async Task<Ok<RevocationPage>> List(
        [Range(0, long.MaxValue)] long? after, [Range(1, PageQuery.Max)] int? limit,
        IdentityStoreContext store, TimeProvider time, CancellationToken cancellationToken)
    {
        var now = time.GetStoredNow();
        var from = after ?? 0;
        var size = limit ?? DefaultLimit;

        // What has expired names expired tokens only: who follows the log never needs it again.
        var items = await store.Revocations.Where(revocation => revocation.Number > from && revocation.ExpiresAt > now)
            .OrderBy(revocation => revocation.Number).Take(size + 1)
            .Select(revocation => new RevocationResponse(
                revocation.Number, revocation.Kind, revocation.Value, revocation.IssuedBefore, revocation.CreatedAt, revocation.ExpiresAt))
            .ToListAsync(cancellationToken);
        var page = Page.Of(items, size, revocation => revocation.Number.ToString(CultureInfo.InvariantCulture));
        return TypedResults.Ok(new RevocationPage(page.Items, page.NextCursor, SettledAfter(from, page.Items, now - LongestCommit)));
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

/// <summary>A page of the revocation log.</summary>
/// <param name="Items">Entries, in rising order of their numbers.</param>
/// <param name="NextCursor">What the next page comes after; null on the last.</param>
/// <param name="Settled">
/// What to ask after the next time. Entries between it and the last one told may still come, for a change that was numbered earlier may be committed later; what is told twice
/// means the same.
/// </param>
public sealed record RevocationPage(IReadOnlyList<RevocationResponse> Items, string? NextCursor, long Settled);

/// <summary>An entry of the revocation log. The log is followed by asking for what comes after <see cref="RevocationPage.Settled"/>.</summary>
/// <param name="Number">Its place in the log.</param>
/// <param name="Kind"><c>session</c>, <c>user</c>, <c>client</c>, <c>token</c>, <c>grant</c> or <c>key</c>.</param>
/// <param name="Value">The <c>sid</c>, <c>sub</c>, <c>client_id</c>, <c>jti</c>, id of the grant or <c>kid</c>.</param>
/// <param name="IssuedBefore">Tokens issued up to this time are refused.</param>
/// <param name="CreatedAt">When it was written.</param>
/// <param name="ExpiresAt">When it can be forgotten.</param>
public sealed record RevocationResponse(
    long Number, string Kind, string Value, DateTimeOffset IssuedBefore, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt);
