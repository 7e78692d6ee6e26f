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

    public static void MapRevocations(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/revocations", List).WithTags("Revocations").RequireAccess(Scopes.RevocationsRead);

    private static async Task<Ok<Page<RevocationResponse>>> List(
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
        return TypedResults.Ok(Page.Of(items, size, revocation => revocation.Number.ToString(CultureInfo.InvariantCulture)));
    }
}

/// <summary>An entry of the revocation log. The log is followed by asking for what comes after the highest number seen.</summary>
/// <param name="Number">Its place in the log.</param>
/// <param name="Kind"><c>session</c>, <c>user</c>, <c>client</c>, <c>token</c>, <c>grant</c> or <c>key</c>.</param>
/// <param name="Value">The <c>sid</c>, <c>sub</c>, <c>client_id</c>, <c>jti</c>, id of the grant or <c>kid</c>.</param>
/// <param name="IssuedBefore">Tokens issued up to this time are refused.</param>
/// <param name="CreatedAt">When it was written.</param>
/// <param name="ExpiresAt">When it can be forgotten.</param>
public sealed record RevocationResponse(
    long Number, string Kind, string Value, DateTimeOffset IssuedBefore, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt);
