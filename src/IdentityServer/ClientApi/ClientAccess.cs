using Microsoft.EntityFrameworkCore;
using UserDomain.Contracts;
using UserDomain.Database;
using UserDomain.Events;
using UserDomain.IdentityServer.Clients;
using UserDomain.IdentityStore;
using UserDomain.IdentityStore.Sessions;
using static OpenIddict.Abstractions.OpenIddictConstants;
using ClientEntity = OpenIddict.EntityFrameworkCore.Models.OpenIddictEntityFrameworkCoreApplication<System.Guid>;
using GrantEntity = OpenIddict.EntityFrameworkCore.Models.OpenIddictEntityFrameworkCoreAuthorization<System.Guid>;
using TokenEntity = OpenIddict.EntityFrameworkCore.Models.OpenIddictEntityFrameworkCoreToken<System.Guid>;

namespace UserDomain.IdentityServer.ClientApi;

/// <summary>Ends what a client was given: grants, consents, codes, refresh tokens by their rows, access tokens by the revocation log. The caller saves.</summary>
internal sealed class ClientAccess(IdentityStoreContext store, AuditRecorder audit, TimeProvider time)
{
    /// <summary>Ends it, until people sign in to the client again.</summary>
    public async Task SuspendAsync(ClientEntity client, CancellationToken cancellationToken)
    {
        RevokeAccessTokens(client);
        await EndGrantsAsync(client, cancellationToken);
    }

    /// <summary>Ends its access tokens, also those that another replica, which has not noticed yet, is about to make.</summary>
    public void RevokeAccessTokens(ClientEntity client) =>
        store.Revocations.Add(Revocation.Of(RevocationKinds.Client, client.ClientId!, time.GetStoredNow() + ClientSnapshots.Lifetime));

    /// <summary>Ends what has rows.</summary>
    public async Task EndGrantsAsync(ClientEntity client, CancellationToken cancellationToken)
    {
        await GrantsOf(client).ExecuteUpdateAsync(set => set.SetProperty(grant => grant.Status, Statuses.Revoked), cancellationToken);
        await TokensOf(client).ExecuteUpdateAsync(set => set.SetProperty(token => token.Status, Statuses.Revoked), cancellationToken);
    }

    /// <summary>Has people asked again, as the client is another one now (CLI-03).</summary>
    public Task EndConsentsAsync(ClientEntity client, CancellationToken cancellationToken) => GrantsOf(client)
        .Where(grant => grant.Type == AuthorizationTypes.Permanent)
        .ExecuteUpdateAsync(set => set.SetProperty(grant => grant.Status, Statuses.Revoked), cancellationToken);

    /// <summary>Ends it for good, roles included: a client that gets the same id one day begins with nothing.</summary>
    public async Task RemoveAsync(ClientEntity client, CancellationToken cancellationToken)
    {
        RevokeAccessTokens(client);
        foreach (var assignment in await store.RoleAssignments.Include(row => row.Role).Where(row => row.ClientId == client.ClientId).ToListAsync(cancellationToken))
        {
            audit.Record(store, AuditEventTypes.RoleUnassigned, assignment.AsParty() with { Name = assignment.Role!.Name },
                before: new { role = assignment.Role!.Name, client = client.ClientId });
            store.RoleAssignments.Remove(assignment);
        }

        var grants = GrantsOf(client).Select(grant => grant.Id);
        await store.SessionAuthorizations.Where(row => grants.Contains(row.AuthorizationId)).ExecuteDeleteAsync(cancellationToken);
        await store.LogoutNotices.Where(row => row.ClientId == client.ClientId).ExecuteDeleteAsync(cancellationToken);
        await TokensOf(client).ExecuteDeleteAsync(cancellationToken);
        await GrantsOf(client).ExecuteDeleteAsync(cancellationToken);
    }

    private IQueryable<GrantEntity> GrantsOf(ClientEntity client) => store.Set<GrantEntity>().Where(grant => grant.Application!.Id == client.Id);

    private IQueryable<TokenEntity> TokensOf(ClientEntity client) => store.Set<TokenEntity>().Where(token => token.Application!.Id == client.Id);
}
