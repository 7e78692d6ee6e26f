using Microsoft.EntityFrameworkCore;

namespace UserDomain.IdentityStore.Users;

/// <summary>
/// Makes what opens a session and what ends all of a user wait for each other: either the one is refused, or the other finds what it has to close. Taken after the lock of the administrators
/// and before any row of the user's.
/// </summary>
public static class UserLock
{
    /// <summary>Locks the rows of a query until the current transaction ends.</summary>
    /// <param name="users">Selects a user, and says what has to be true of them.</param>
    /// <param name="cancellationToken">Ends the wait for the database.</param>
    /// <returns>Whether there is such a user, now that nobody else changes them.</returns>
    public static async Task<bool> LockAsync(this IQueryable<User> users, CancellationToken cancellationToken) =>
        await users.ExecuteUpdateAsync(set => set.SetProperty(user => user.Version, user => user.Version), cancellationToken) > 0;
}
