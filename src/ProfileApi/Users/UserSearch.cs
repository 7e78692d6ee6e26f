using Microsoft.EntityFrameworkCore;
using UserDomain.IdentityStore.Users;

namespace UserDomain.ProfileApi.Users;

/// <summary>What of a user begins with what was searched for, the first of these: in this order is the list.</summary>
internal enum FoundBy
{
    /// <summary>The user name.</summary>
    UserName,

    /// <summary>The e-mail address.</summary>
    Email,

    /// <summary>The display name.</summary>
    DisplayName,
}

/// <summary>A place in the list of those found.</summary>
/// <param name="By">By what the user there was found.</param>
/// <param name="Key">That, as it is sorted.</param>
/// <param name="Id">The user: display names are shared.</param>
internal readonly record struct SearchPosition(FoundBy By, string Key, Guid Id)
{
    /// <summary>How many parts a cursor tells a place in.</summary>
    public const int Parts = 3;

    /// <summary>The place as a cursor tells it.</summary>
    public string[] ToParts() => [By.ToString(), Key, Id.ToString()];

    /// <summary>The place a cursor of this list told; null for the beginning.</summary>
    public static SearchPosition? Of(string[]? parts) => parts is null ? null : new(Enum.Parse<FoundBy>(parts[0]), parts[1], Guid.Parse(parts[2]));
}

/// <summary>
/// A search for users by how what they are called begins, without case. Each page is read along an index from where the one before it ended, so that it takes no longer to find a million
/// than ten (docs/adr/0032).
/// </summary>
/// <param name="query">What was searched for; nothing to list everybody by user name.</param>
internal sealed class UserSearch(string? query)
{
    // Behind all that begins with the same letters: the last code point, which no text has (Unicode 23.7).
    private const string Last = "\U0010FFFF";

    private readonly string _name = LookupNames.TryNormalize(query ?? "") ?? "";
    private readonly string _displayName = LookupNames.ForSearch(query ?? "");

    /// <summary>Some of those found, in the order of the list.</summary>
    /// <param name="users">Among whom.</param>
    /// <param name="count">How many at most.</param>
    /// <param name="after">The place before the first of them; null for the beginning.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public async Task<List<UserResponse>> ReadAsync(IQueryable<User> users, int count, SearchPosition? after, CancellationToken cancellationToken)
    {
        List<UserResponse> found = [];
        var last = _name is "" ? FoundBy.UserName : FoundBy.DisplayName;
        for (var by = after?.By ?? FoundBy.UserName; by <= last && found.Count < count; by++, after = null)
        {
            found.AddRange(await Part(users, by, after).Take(count - found.Count).Select(UserResponse.Projection).ToListAsync(cancellationToken));
        }

        return found;
    }

    /// <summary>The place of a user who was found.</summary>
    public SearchPosition PositionOf(UserResponse user)
    {
        var name = LookupNames.TryNormalize(user.UserName) ?? "";
        if (name.StartsWith(_name, StringComparison.Ordinal))
        {
            return new(FoundBy.UserName, name, user.Id);
        }

        var email = LookupNames.TryNormalize(user.Email ?? "") ?? "";
        return email.StartsWith(_name, StringComparison.Ordinal)
            ? new(FoundBy.Email, email, user.Id)
            : new(FoundBy.DisplayName, LookupNames.ForSearch(user.DisplayName ?? ""), user.Id);
    }

    private IQueryable<User> Part(IQueryable<User> users, FoundBy by, SearchPosition? after)
    {
        var (key, id) = (after?.Key ?? "", after?.Id ?? default);
        var (end, displayNameEnd) = (_name + Last, _displayName + Last);
        if (by == FoundBy.UserName)
        {
            return users
                .Where(user => user.NormalizedUserName!.CompareTo(_name) >= 0 && user.NormalizedUserName.CompareTo(end) < 0 && user.NormalizedUserName.CompareTo(key) > 0)
                .OrderBy(user => user.NormalizedUserName);
        }

        users = users.Where(user => user.NormalizedUserName!.CompareTo(_name) < 0 || user.NormalizedUserName.CompareTo(end) >= 0);
        if (by == FoundBy.Email)
        {
            return users
                .Where(user => user.NormalizedEmail!.CompareTo(_name) >= 0 && user.NormalizedEmail.CompareTo(end) < 0 && user.NormalizedEmail.CompareTo(key) > 0)
                .OrderBy(user => user.NormalizedEmail);
        }

        return users
            .Where(user => user.NormalizedEmail == null || user.NormalizedEmail.CompareTo(_name) < 0 || user.NormalizedEmail.CompareTo(end) >= 0)
            .Where(user => user.NormalizedDisplayName!.CompareTo(_displayName) >= 0 && user.NormalizedDisplayName.CompareTo(displayNameEnd) < 0)
            .Where(user => user.NormalizedDisplayName!.CompareTo(key) >= 0 && (user.NormalizedDisplayName.CompareTo(key) > 0 || user.Id.CompareTo(id) > 0))
            .OrderBy(user => user.NormalizedDisplayName).ThenBy(user => user.Id);
    }
}
