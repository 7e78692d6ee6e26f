using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using UserDomain.Contracts;
using UserDomain.Database;
using UserDomain.Database.Idempotency;
using UserDomain.IdentityServer.Clients;
using UserDomain.IdentityStore;
using UserDomain.ServiceDefaults.Authorization;
using UserDomain.ServiceDefaults.Lists;
using UserDomain.ServiceDefaults.Validation;
using ClientEntity = OpenIddict.EntityFrameworkCore.Models.OpenIddictEntityFrameworkCoreApplication<System.Guid>;

namespace UserDomain.IdentityServer.ClientApi;

internal static class ClientEndpoints
{
    public static void MapClients(this IEndpointRouteBuilder routes)
    {
        var clients = routes.MapGroup("/clients").WithTags("Clients");

        clients.MapGet("/", List).RequireAccess(Scopes.ClientsRead);
        clients.MapPost("/", Create).WithIdempotency<IdentityStoreContext, CreateClientRequest>().RequireAccess(Scopes.ClientsWrite);
        clients.MapGet("/{id:guid}", Get).RequireAccess(Scopes.ClientsRead);
        clients.MapPatch("/{id:guid}", Update).RequireAccess(Scopes.ClientsWrite);
        clients.MapDelete("/{id:guid}", Delete).RequireAccess(Scopes.ClientsWrite);
    }

    /// <summary>The names of the roles a client holds itself.</summary>
    public static Task<List<string>> RolesOfAsync(this IdentityStoreContext store, ClientEntity client, CancellationToken cancellationToken) =>
        store.RoleAssignments.Where(assignment => assignment.ClientId == client.ClientId)
            .Select(assignment => assignment.Role!.Name).OrderBy(name => name).ToListAsync(cancellationToken);

    private static async Task<Results<Ok<Page<ClientResponse>>, ProblemHttpResult>> List(
        [StringLength(ClientLimits.ClientId), PlainText] string? query, [StringLength(ClientLimits.ClientId), PlainText] string? clientId,
        [AsParameters] PageQuery page, IdentityStoreContext store, CursorCodec cursors, CancellationToken cancellationToken)
    {
        var start = (query ?? "").ToUpperInvariant();
        var list = $"clients?query={start}&clientId={clientId}";
        if (cursors.Refuse(list, page, out var after) is { } refusal)
        {
            return refusal;
        }

        var clients = await store.Set<ClientEntity>().AsNoTracking()
            .Where(client => StoreFunctions.Upper(client.ClientId!).StartsWith(start) && (clientId == null || client.ClientId == clientId)
                && (after == null || client.ClientId!.CompareTo(after) > 0))
            .OrderBy(client => client.ClientId).Take(page.Size + 1).ToListAsync(cancellationToken);
        var ids = clients.Select(client => client.ClientId).ToList();
        var roles = (await store.RoleAssignments.Where(assignment => ids.Contains(assignment.ClientId))
            .Select(assignment => new { assignment.ClientId, assignment.Role!.Name }).OrderBy(role => role.Name).ToListAsync(cancellationToken))
            .ToLookup(role => role.ClientId, role => role.Name);
        return TypedResults.Ok(Page.Of(
            clients.ConvertAll(client => ClientResponse.Of(client, [.. roles[client.ClientId]])), page.Size, client => cursors.Encode(list, client.ClientId)));
    }

    private static async Task<Results<Created<ClientResponse>, ProblemHttpResult>> Create(CreateClientRequest request, ClientEditor editor, HttpContext http)
    {
        var (client, secret, refusal) = await editor.CreateAsync(request.ToSpec(), http);
        if (refusal is not null)
        {
            return refusal;
        }

        var response = ClientResponse.Of(client!, []) with { ClientSecret = secret };
        ETags.Set(http, response.Version);
        return TypedResults.Created($"/api/v1/clients/{response.Id}", response);
    }

    private static async Task<Results<Ok<ClientResponse>, ProblemHttpResult>> Get(
        Guid id, IdentityStoreContext store, HttpContext http, CancellationToken cancellationToken)
    {
        if (await store.Set<ClientEntity>().AsNoTracking().FirstOrDefaultAsync(client => client.Id == id, cancellationToken) is not { } client)
        {
            return Problems.ClientNotFound();
        }

        ETags.Set(http, ClientRecord.Of(client).Version);
        return TypedResults.Ok(ClientResponse.Of(client, await store.RolesOfAsync(client, cancellationToken)));
    }

    private static async Task<Results<Ok<ClientResponse>, ProblemHttpResult>> Update(
        Guid id, UpdateClientRequest request, ClientEditor editor, IdentityStoreContext store, HttpContext http, CancellationToken cancellationToken)
    {
        var (client, secret, refusal) = await editor.UpdateAsync(id, request, http);
        return client is null
            ? refusal!
            : TypedResults.Ok(ClientResponse.Of(client, await store.RolesOfAsync(client, cancellationToken)) with { ClientSecret = secret });
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Delete(Guid id, ClientEditor editor, HttpContext http) =>
        await editor.DeleteAsync(id, http) is { } refusal ? refusal : TypedResults.NoContent();
}
