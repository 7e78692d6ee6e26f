using System.Net.Mail;
using System.Text.RegularExpressions;
using UserDomain.Contracts;
using UserDomain.IdentityServer.Clients;
using UserDomain.IdentityServer.SignIn.Passwords;
using UserDomain.IdentityStore.Sessions;
using UserDomain.IdentityStore.Users;

namespace UserDomain.IdentityServer.Seeding;

/// <summary>Checks a seed file as a whole, before anything of it is written.</summary>
internal static partial class SeedRule
{
    private const int MaxNameLength = 100;

    /// <summary>The first problem, as path and what is wrong there; null if the file can be applied.</summary>
    /// <param name="seed">The file.</param>
    /// <param name="knownRoles">Names of roles that exist already.</param>
    /// <param name="knownPermissions">Names of permissions that exist already.</param>
    /// <param name="knownGroups">Names of groups that exist already.</param>
    /// <param name="isAcceptedHash">Whether a password hash can be checked by us.</param>
    public static string? FirstProblem(
        SeedFile seed, IEnumerable<string> knownRoles, IEnumerable<string> knownPermissions, IEnumerable<string> knownGroups, Func<string, bool> isAcceptedHash)
    {
        var roles = Names(knownRoles, seed.Roles.Select(role => role.Name));
        var groups = Names(knownGroups, seed.Groups.Select(group => group.Name));
        var permissions = knownPermissions.Concat(seed.Permissions.Select(permission => permission.Name)).ToHashSet(StringComparer.Ordinal);
        return Clients(seed, roles)
            .Concat(Permissions(seed))
            .Concat(Roles(seed, roles, permissions))
            .Concat(Groups(seed, roles))
            .Concat(Users(seed, roles, groups, isAcceptedHash))
            .FirstOrDefault();
    }

    private static HashSet<string> Names(IEnumerable<string> known, IEnumerable<string> added) => known.Concat(added).ToHashSet(StringComparer.OrdinalIgnoreCase);

    private static IEnumerable<string> Clients(SeedFile seed, HashSet<string> roles) =>
        Each("clients", seed.Clients, client => client.ClientId, client =>
            ClientSpecRule.ProblemsOf(client).Select(problem => $"{problem.Member}: {problem.Problem}").Concat(Unknown("roles", client.Roles, roles)));

    private static IEnumerable<string> Permissions(SeedFile seed) =>
        Each("permissions", seed.Permissions, permission => permission.Name, permission =>
            BuiltInRoles.Permissions.ContainsKey(permission.Name) ? ["name: this permission is built in"]
            : PermissionName().IsMatch(permission.Name) && permission.Name.Length <= MaxNameLength ? []
            : [$"name: '{permission.Name}' must look like object:act, in lower case, at most {MaxNameLength} characters"]);

    private static IEnumerable<string> Roles(SeedFile seed, HashSet<string> roles, HashSet<string> permissions) =>
        Each("roles", seed.Roles, role => role.Name, role => NameProblem(role.Name)
            .Concat(BuiltInRoles.All.Any(builtIn => string.Equals(builtIn.Name, role.Name, StringComparison.OrdinalIgnoreCase)) ? ["name: this role is built in"] : [])
            .Concat(Unknown("permissions", role.Permissions, permissions))
            .Concat(Unknown("includes", role.Includes, roles))
            .Concat(OutOfBounds("sessionIdleTimeout", role.SessionIdleTimeout, SessionLimit.ShortestIdle, SessionLimit.LongestIdle))
            .Concat(OutOfBounds("sessionLifetime", role.SessionLifetime, SessionLimit.ShortestLifetime, SessionLimit.LongestLifetime))
            .Concat(IsInCycle(seed, role) ? ["includes: a role must not include itself, not even through others"] : []));

    private static IEnumerable<string> Groups(SeedFile seed, HashSet<string> roles) =>
        Each("groups", seed.Groups, group => group.Name, group => NameProblem(group.Name).Concat(Unknown("roles", group.Roles, roles)));

    private static IEnumerable<string> Users(SeedFile seed, HashSet<string> roles, HashSet<string> groups, Func<string, bool> isAcceptedHash) =>
        Each("users", seed.Users, user => LookupNames.TryNormalize(user.Email) ?? "", user => UserProblems(user, isAcceptedHash)
            .Concat(Unknown("roles", user.Roles, roles))
            .Concat(Unknown("groups", user.Groups, groups)));

    private static IEnumerable<string> UserProblems(SeedUser user, Func<string, bool> isAcceptedHash)
    {
        if (!MailAddress.TryCreate(user.Email, out var address) || address.Address != user.Email)
        {
            yield return $"email: '{user.Email}' is not an e-mail address";
        }

        if (user.UserName is { } name && (name.Length is 0 or > MaxNameLength || LookupNames.TryNormalize(name) is null))
        {
            yield return $"userName: must have 1 to {MaxNameLength} characters";
        }

        if (user.Password is not null && user.PasswordHash is not null)
        {
            yield return "password: give password or passwordHash, not both";
        }

        if (user.Password is { } password && PasswordPolicy.Check(password, new(user.UserName, user.Email, HasSecondFactor: false)) is { Count: > 0 } problems)
        {
            yield return $"password: too easy to guess ({string.Join(", ", problems)})";
        }

        if (user.PasswordHash is { } hash && !isAcceptedHash(hash))
        {
            yield return "passwordHash: not in a format this version can check";
        }
    }

    private static IEnumerable<string> NameProblem(string name) => name.Length is 0 or > MaxNameLength || name.Any(char.IsControl)
        ? [$"name: must have 1 to {MaxNameLength} visible characters"]
        : [];

    private static IEnumerable<string> Unknown(string member, IReadOnlyList<string> names, HashSet<string> known) =>
        names.Select((name, index) => (name, index)).Where(item => !known.Contains(item.name)).Select(item => $"{member}[{item.index}]: '{item.name}' is neither in this file nor in the database");

    private static IEnumerable<string> OutOfBounds(string member, int? seconds, int least, int most) =>
        seconds < least || seconds > most ? [$"{member}: must be between {least} and {most} seconds"] : [];

    private static bool IsInCycle(SeedFile seed, SeedRole start)
    {
        var includes = seed.Roles.DistinctBy(role => role.Name, StringComparer.OrdinalIgnoreCase).ToDictionary(role => role.Name, role => role.Includes, StringComparer.OrdinalIgnoreCase);
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var open = new Stack<string>(start.Includes);
        while (open.TryPop(out var name))
        {
            if (string.Equals(name, start.Name, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }

            foreach (var next in seen.Add(name) ? includes.GetValueOrDefault(name, []) : [])
            {
                open.Push(next);
            }
        }

        return false;
    }

    private static IEnumerable<string> Each<T>(string list, IReadOnlyList<T> items, Func<T, string> key, Func<T, IEnumerable<string>> problems)
    {
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (var index = 0; index < items.Count; index++)
        {
            if (!seen.Add(key(items[index])))
            {
                yield return $"{list}[{index}]: '{key(items[index])}' is listed twice";
            }

            foreach (var problem in problems(items[index]))
            {
                yield return $"{list}[{index}].{problem}";
            }
        }
    }

    [GeneratedRegex("^[a-z][a-z0-9-]*(:[a-z][a-z0-9-]*)+$", RegexOptions.NonBacktracking)]
    private static partial Regex PermissionName();
}
