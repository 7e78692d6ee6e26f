using Microsoft.AspNetCore.Http.HttpResults;
using UserDomain.Contracts;
using UserDomain.Database;
using UserDomain.Events;
using UserDomain.IdentityServer.Clients;
using UserDomain.IdentityStore;
using UserDomain.ServiceDefaults.Authorization;
using UserDomain.ServiceDefaults.Lists;

namespace UserDomain.IdentityServer.ClientApi;

internal static class ClientActions
{
    public static void MapClientActions(this IEndpointRouteBuilder routes)
    {
        var client = routes.MapGroup("/clients/{id:guid}").WithTags("Clients");

        client.MapPost("/disable", Disable).RequireAccess(Scopes.ClientsWrite);
        client.MapPost("/enable", Enable).RequireAccess(Scopes.ClientsWrite);
    }

    private static Task<Results<Ok<ClientResponse>, ProblemHttpResult>> Disable(
        Guid id, ClientChanges changes, ClientAccess access, AuditRecorder audit, IdentityStoreContext store, TimeProvider time, HttpContext http) =>
        SetAsync(id, time.GetStoredNow(), changes, access, audit, store, http);

    private static Task<Results<Ok<ClientResponse>, ProblemHttpResult>> Enable(
        Guid id, ClientChanges changes, ClientAccess access, AuditRecorder audit, IdentityStoreContext store, HttpContext http) =>
        SetAsync(id, disabledAt: null, changes, access, audit, store, http);

    private static async Task<Results<Ok<ClientResponse>, ProblemHttpResult>> SetAsync(
        Guid id, DateTimeOffset? disabledAt, ClientChanges changes, ClientAccess access, AuditRecorder audit, IdentityStoreContext store, HttpContext http)
    {
        await using var change = await changes.BeginAsync(http);
        var (client, refusal) = await changes.FindAsync(change, id);
        if (client is null)
        {
            return refusal!;
        }

        var record = ClientRecord.Of(client);
        if (record.DisabledAt is null == disabledAt is null)
        {
            ETags.Set(http, record.Version);
            return TypedResults.Ok(ClientResponse.Of(client, await store.RolesOfAsync(client, http.RequestAborted)));
        }

        var type = disabledAt is null ? AuditEventTypes.ClientEnabled : AuditEventTypes.ClientDisabled;
        audit.Record(store, type, ClientEditor.AsParty(client), before: new { record.DisabledAt }, after: new { disabledAt });
        // With its enabling once more: another replica may have noticed the disabling only after it had made a grant.
        await (disabledAt is null ? access.EndGrantsAsync(client, http.RequestAborted) : access.SuspendAsync(client, http.RequestAborted));

        return await change.CommitAsync(client, record with { DisabledAt = disabledAt }) is { } lost
            ? lost
            : TypedResults.Ok(ClientResponse.Of(client, await store.RolesOfAsync(client, http.RequestAborted)));
    }
}
