using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using UserDomain.Database;
using UserDomain.IdentityStore;
using UserDomain.IdentityStore.Users;

namespace UserDomain.ProfileApi.Users;

/// <summary>What endpoints of users ask the store in common.</summary>
internal static class UserQueries
{
    /// <summary>Users whose user name, e-mail address or display name begins with a text, without case; all users for none.</summary>
    public static IQueryable<User> Matching(this IQueryable<User> users, string? query, ILookupNormalizer normalizer)
    {
        if (string.IsNullOrEmpty(query))
        {
            return users;
        }

        var canonical = normalizer.NormalizeName(query);
        var upper = query.ToUpperInvariant();

        // StartsWith with a parameter becomes LIKE with the wildcards in the parameter escaped.
        return users.Where(user => user.NormalizedUserName!.StartsWith(canonical)
            || user.NormalizedEmail!.StartsWith(canonical)
            || StoreFunctions.Upper(user.DisplayName!).StartsWith(upper));
    }

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
