using Microsoft.AspNetCore.Http.HttpResults;
using UserDomain.Contracts;
using UserDomain.Database;
using UserDomain.Database.Idempotency;
using UserDomain.Events;
using UserDomain.IdentityServer.Clients;
using UserDomain.IdentityStore;
using UserDomain.ServiceDefaults.Authorization;

namespace UserDomain.IdentityServer.ClientApi;

internal static class ClientSecretEndpoints
{
    // One that is used, and one that takes its place (CLI-01).
    private const int MostSecrets = 2;

    public static void MapClientSecrets(this IEndpointRouteBuilder routes)
    {
        var secrets = routes.MapGroup("/clients/{id:guid}/secrets").WithTags("Client secrets");

        secrets.MapPost("/", Create).WithIdempotency<IdentityStoreContext>().RequireAccess(Scopes.ClientsWrite);
        secrets.MapDelete("/{secretId:guid}", Delete).RequireAccess(Scopes.ClientsWrite);
    }

    private static async Task<Results<Created<SecretResponse>, ProblemHttpResult>> Create(
        Guid id, ClientChanges changes, ClientSecrets clientSecrets, AuditRecorder audit, IdentityStoreContext store, TimeProvider time, HttpContext http)
    {
        await using var change = await changes.BeginAsync(http);
        var (client, refusal) = await changes.FindAsync(change, id, itself: true);
        if (client is null)
        {
            return refusal!;
        }

        var record = ClientRecord.Of(client);
        if (!StoredClient.SpecOf(client).HasSecret)
        {
            return Problems.KeepsNoSecret();
        }

        if (record.Secrets.Count >= MostSecrets)
        {
            return Problems.TooManySecrets(record.Secrets[0].Id);
        }

        var secret = ClientRegistrar.NewSecret();
        var kept = clientSecrets.Keep(secret, time.GetStoredNow());
        audit.Record(store, AuditEventTypes.ClientSecretCreated, ClientEditor.AsParty(client), after: SecretResponse.Of(kept));
        return await change.CommitAsync(client, record with { Secrets = [.. record.Secrets, kept] }) is { } lost
            ? lost
            : TypedResults.Created($"/api/v1/clients/{id}", SecretResponse.Of(kept) with { ClientSecret = secret });
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Delete(
        Guid id, Guid secretId, ClientChanges changes, ClientAccess access, AuditRecorder audit, IdentityStoreContext store, HttpContext http)
    {
        await using var change = await changes.BeginAsync(http);
        var (client, refusal) = await changes.FindAsync(change, id, itself: true);
        if (client is null)
        {
            return refusal!;
        }

        var record = ClientRecord.Of(client);
        if (record.Secrets.FirstOrDefault(secret => secret.Id == secretId) is not { } found)
        {
            return Problems.SecretNotFound();
        }

        if (record.Secrets.Count == 1)
        {
            return Problems.LastSecret();
        }

        // Whoever else knew it may have got tokens by it.
        access.RevokeAccessTokens(client);
        audit.Record(store, AuditEventTypes.ClientSecretDeleted, ClientEditor.AsParty(client), before: SecretResponse.Of(found));
        return await change.CommitAsync(client, record with { Secrets = [.. record.Secrets.Where(secret => secret.Id != secretId)] }) is { } lost
            ? lost
            : TypedResults.NoContent();
    }
}
