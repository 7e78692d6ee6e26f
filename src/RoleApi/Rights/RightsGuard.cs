using UserDomain.IdentityStore;
using UserDomain.IdentityStore.Roles;
using UserDomain.IdentityStore.Sessions;
using UserDomain.ServiceDefaults.Authorization;

namespace UserDomain.RoleApi.Rights;

/// <summary>Begins changes to who may do what.</summary>
internal sealed class RightsGuard(
    IdentityStoreContext store, IdentityStore.Roles.EffectivePermissions permissions, Administrators administrators, SessionLimits limits,
    TimeProvider time)
{
    /// <summary>
    /// Begins a change, in the transaction of the request or one of its own. Changes wait for one another, so what is read after this
    /// is still true when the change is committed.
    /// </summary>
    public async Task<RightsChange> BeginAsync(HttpContext http)
    {
        var cancellationToken = http.RequestAborted;
        var transaction = store.Database.CurrentTransaction is null ? await store.Database.BeginTransactionAsync(cancellationToken) : null;
        try
        {
            await administrators.LockAsync(cancellationToken);
            var graph = await RoleGraph.LoadAsync(store, cancellationToken);
            var caller = Caller.Of(http.User);

            // From the store, not the token: what the caller lost a minute ago can no longer be given away.
            var held = caller.UserId is { } user
                ? await permissions.OfUserAsync(new("user", caller.Subject), user, cancellationToken)
                : await permissions.OfClientAsync(caller.Subject, cancellationToken);
            var hadAdministrator = await administrators.ExistAsync(cancellationToken);
            return new(store, administrators, limits, time, http, graph, new(graph, held), hadAdministrator, transaction);
        }
        catch
        {
            if (transaction is not null)
            {
                await transaction.DisposeAsync();
            }

            throw;
        }
    }
}
