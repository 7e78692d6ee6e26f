using System.Linq.Expressions;
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
    /// <summary>The first users in the order of their names.</summary>
    /// <param name="users">Among whom.</param>
    /// <param name="count">How many at most.</param>
    /// <param name="query">Only those whose user name, e-mail address or display name begins with this, without case; all of them for none.</param>
    /// <param name="normalizer">Of names and addresses.</param>
    public static IQueryable<User> FirstByName(this IQueryable<User> users, int count, string? query, ILookupNormalizer normalizer)
    {
        if (!string.IsNullOrEmpty(query))
        {
            var canonical = normalizer.NormalizeName(query);
            var upper = query.ToUpperInvariant();

            // StartsWith with a parameter becomes LIKE with the wildcards in the parameter escaped. Each of the three has an index, which one condition of all would not go by.
            var found = users.FirstIds(count, user => user.NormalizedUserName!.StartsWith(canonical))
                .Union(users.FirstIds(count, user => user.NormalizedEmail!.StartsWith(canonical)))
                .Union(users.FirstIds(count, user => StoreFunctions.Upper(user.DisplayName!).StartsWith(upper)));
            users = users.Where(user => found.Contains(user.Id));
        }

        return users.OrderBy(user => user.NormalizedUserName).Take(count);
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

    // In the order of names, but not by their index: PostgreSQL would read everybody in that order, expecting those it looks for to be spread evenly, and they begin with the same letters.
    private static IQueryable<Guid> FirstIds(this IQueryable<User> users, int count, Expression<Func<User, bool>> matching) =>
        users.Where(matching).OrderBy(user => user.NormalizedUserName + "").Take(count).Select(user => user.Id);

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
