using Microsoft.EntityFrameworkCore;
using UserDomain.IdentityStore;
using UserDomain.IdentityStore.Roles;
using UserDomain.IdentityStore.Users;
using UserDomain.ServiceDefaults.Hosting;

namespace UserDomain.ProfileApi.Users;

/// <summary>Locks an account down for an operator at the machine, who needs no token and whom the trail knows as the system.</summary>
internal static class LockDownCommand
{
    public static async Task RunAsync(IServiceProvider services, string? argument, TextWriter output, CancellationToken cancellationToken)
    {
        var store = services.GetRequiredService<IdentityStoreContext>();
        var administrators = services.GetRequiredService<Administrators>();
        var lockDown = services.GetRequiredService<AccountLockDown>();
        await using var transaction = await store.Database.BeginTransactionAsync(cancellationToken);
        await administrators.LockAsync(cancellationToken);
        if (await IdOfAsync(store, argument!, cancellationToken) is not { } id || await lockDown.FindAsync(id, cancellationToken) is not { } user)
        {
            throw new StartupException($"No user has the id, user name or e-mail address '{argument}'");
        }

        if (await administrators.IsLastAsync(user.Id, cancellationToken))
        {
            throw new StartupException($"'{user.UserName}' is the last enabled administrator: give the role to another user first, by the seed file if nobody can sign in");
        }

        var done = await lockDown.RunAsync(user, "by the command of an operator", cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        await output.WriteLineAsync($"{user.UserName} ({user.Id}) is locked down, and {(done.PasswordVoided ? "the password is void" : "had no password")}");
        await output.WriteLineAsync($"Ended: sessions {done.Sessions}, grants {done.Grants}, consents {done.Consents}, password links {done.PasswordLinks}");
    }

    private static async Task<Guid?> IdOfAsync(IdentityStoreContext store, string name, CancellationToken cancellationToken)
    {
        if (Guid.TryParse(name, out var id))
        {
            return id;
        }

        return LookupNames.TryNormalize(name) is not { } normalized ? null
            : await store.Users.Where(user => user.NormalizedUserName == normalized || user.NormalizedEmail == normalized)
                .OrderByDescending(user => user.NormalizedUserName == normalized).Select(user => (Guid?)user.Id).FirstOrDefaultAsync(cancellationToken);
    }
}
