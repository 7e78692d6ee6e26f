using Microsoft.AspNetCore.Http.HttpResults;
using UserDomain.Contracts;
using UserDomain.ServiceDefaults.Authorization;

namespace UserDomain.AuditApi.Erasures;

internal static class ErasureEndpoints
{
    public static void MapErasures(this IEndpointRouteBuilder events) => events.MapPost("/erasures", Erase).RequireAccess(Scopes.AuditErase);

    // Idempotency-Key has no part in it: whoever is erased stays so, and the answer is the same.
    private static async Task<Ok<ErasureResponse>> Erase(EraseRequest request, Erasure erasure, CancellationToken cancellationToken) =>
        TypedResults.Ok(await erasure.EraseAsync(request.Subject, cancellationToken));
}
