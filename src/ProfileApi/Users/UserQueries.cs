using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using UserDomain.IdentityStore;
using UserDomain.IdentityStore.Users;

namespace UserDomain.ProfileApi.Users;

/// <summary>What endpoints of users ask the store in common.</summary>
internal static class UserQueries
{
    /// <summary>Saves a user and what else was added.</summary>
    /// <returns>The refusal when another user has the user name or the address; nothing is saved then.</returns>
    public static async Task<ProblemHttpResult?> SaveUniqueAsync(this IdentityStoreContext store, User user, CancellationToken cancellationToken)
    {
        if (await store.FindTakenAsync(user, cancellationToken) is { } taken)
        {
            return taken;
        }

        try
        {
            await store.SaveChangesAsync(cancellationToken);
            return null;
        }
        catch (DbUpdateException exception) when (exception is not DbUpdateConcurrencyException)
        {
            // Somebody took the name between the look and the insert; the unique index saw it.
            store.ChangeTracker.Clear();
            if (await store.FindTakenAsync(user, cancellationToken) is { } justTaken)
            {
                return justTaken;
            }

            throw;
        }
    }

    // A user name may look like an address: one that is another's address would answer to sign-ins meant for that one.
    private static async Task<ProblemHttpResult?> FindTakenAsync(this IdentityStoreContext store, User user, CancellationToken cancellationToken)
    {
        var others = store.Users.Where(other => other.Id != user.Id);
        if (await others.AnyAsync(other => other.NormalizedUserName == user.NormalizedUserName || other.NormalizedEmail == user.NormalizedUserName, cancellationToken))
        {
            return Problems.UserNameTaken();
        }

        return await others.AnyAsync(other => other.NormalizedEmail == user.NormalizedEmail || other.NormalizedUserName == user.NormalizedEmail, cancellationToken)
            ? Problems.EmailTaken()
            : null;
    }

    /// <summary>Answers 412 when a row changed between reading and saving it.</summary>
    public static RouteGroupBuilder RefuseStale(this RouteGroupBuilder routes) => routes.AddEndpointFilter(async (context, next) =>
    {
        try
        {
            return await next(context);
        }
        catch (DbUpdateConcurrencyException)
        {
            return Problems.ChangedMeanwhile();
        }
    });
}
