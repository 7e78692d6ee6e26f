using Microsoft.AspNetCore.Http.HttpResults;
using UserDomain.Contracts;
using UserDomain.ServiceDefaults.Authorization;

namespace UserDomain.AuditApi.Verification;

internal static class VerificationEndpoints
{
    public static void MapVerification(this IEndpointRouteBuilder events) =>
        events.MapGet("/verification", Verify).RequireAccess(Scopes.AuditRead);

    private static async Task<Results<Ok<VerificationResponse>, ProblemHttpResult>> Verify(
        [AsParameters] VerificationQuery query, TrailVerification verification, CancellationToken cancellationToken) =>
        query.From > query.To
            ? Problems.NoSuchRange()
            : TypedResults.Ok(await verification.VerifyAsync(query.From ?? 1, query.To ?? long.MaxValue, cancellationToken));
}
