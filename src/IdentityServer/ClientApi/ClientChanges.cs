using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using UserDomain.Database;
using UserDomain.IdentityServer.Clients;
using UserDomain.IdentityStore;
using UserDomain.IdentityStore.Roles;
using UserDomain.ServiceDefaults.Authorization;
using UserDomain.ServiceDefaults.Lists;
using ClientEntity = OpenIddict.EntityFrameworkCore.Models.OpenIddictEntityFrameworkCoreApplication<System.Guid>;

namespace UserDomain.IdentityServer.ClientApi;

/// <summary>Begins changes of clients.</summary>
internal sealed class ClientChanges(
    IdentityStoreContext store, Administrators administrators, ClientRights rights, ClientSnapshots snapshots, TimeProvider time)
{
    /// <summary>
    /// Begins a change, in the transaction of the request or one of its own. Changes of rights and of clients wait for one another, so what is read
    /// after this is still true when the change is committed.
    /// </summary>
    public async Task<ClientChange> BeginAsync(HttpContext http)
    {
        var transaction = store.Database.CurrentTransaction is null ? await store.Database.BeginTransactionAsync(http.RequestAborted) : null;
        var change = new ClientChange(store, snapshots, time, http, transaction);
        try
        {
            await administrators.LockAsync(http.RequestAborted);
            return change;
        }
        catch
        {
            await change.DisposeAsync();
            throw;
        }
    }

    /// <summary>Finds the client that is to be changed.</summary>
    /// <param name="change">The change.</param>
    /// <param name="id">The client.</param>
    /// <param name="itself">Whether a client may do it to itself, by a token that was issued to nobody else.</param>
    /// <returns>The client, or why it stays as it is.</returns>
    public async Task<(ClientEntity? Client, ProblemHttpResult? Refusal)> FindAsync(ClientChange change, Guid id, bool itself = false)
    {
        var http = change.Http;
        if (await store.Set<ClientEntity>().AsTracking().FirstOrDefaultAsync(client => client.Id == id, http.RequestAborted) is not { } client)
        {
            return (null, Problems.ClientNotFound());
        }

        var refusal = ClientSpecRule.IsBuiltIn(client.ClientId!) ? Problems.ClientBuiltIn(client.ClientId!)
            : Caller.Of(http.User) is var caller && caller.Subject == client.ClientId && !(itself && caller.ClientId == caller.Subject) ? Problems.SelfNotAllowed()
            : await rights.RefuseAsync(http, client.ClientId!, StoredClient.SpecOf(client).Scopes) ?? ETags.Mismatch(http, ClientRecord.Of(client).Version);
        return refusal is null ? (client, null) : (null, refusal);
    }
}

/// <summary>A change of a client, from its begin to its commit; disposed without a commit it has not happened.</summary>
internal sealed class ClientChange(IdentityStoreContext store, ClientSnapshots snapshots, TimeProvider time, HttpContext http, IDbContextTransaction? transaction)
    : IAsyncDisposable
{
    public HttpContext Http => http;

    /// <summary>Commits a change of a client, which is one version further then.</summary>
    /// <returns>Null when it has happened.</returns>
    public Task<ProblemHttpResult?> CommitAsync(ClientEntity client, ClientRecord record)
    {
        var next = record with { Version = record.Version + 1, UpdatedAt = time.GetStoredNow() };
        next.WriteTo(client);
        client.ConcurrencyToken = Guid.CreateVersion7(next.UpdatedAt.Value).ToString();
        ETags.Set(http, next.Version);
        return CommitAsync(client);
    }

    /// <summary>Commits what was done with a client.</summary>
    /// <returns>Null when it has happened.</returns>
    public async Task<ProblemHttpResult?> CommitAsync(ClientEntity client)
    {
        try
        {
            await store.SaveChangesAsync(http.RequestAborted);
        }
        catch (DbUpdateConcurrencyException)
        {
            return Problems.ChangedMeanwhile(http);
        }
        catch (DbUpdateException exception) when (exception.IsBrokenReference())
        {
            return Problems.ChangedMeanwhile(http);
        }

        if (transaction is not null)
        {
            await transaction.CommitAsync(http.RequestAborted);
        }

        snapshots.Forget(client);
        return null;
    }

    public ValueTask DisposeAsync() => transaction?.DisposeAsync() ?? ValueTask.CompletedTask;
}
