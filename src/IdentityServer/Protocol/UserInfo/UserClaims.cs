using System.Collections.Frozen;
using UserDomain.IdentityStore.Users;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace UserDomain.IdentityServer.Protocol.UserInfo;

/// <summary>The standard claims about a user (OpenID Connect Core 1.0 section 5.1), and the scope each belongs to (section 5.4).</summary>
internal static class UserClaims
{
    private static readonly FrozenDictionary<string, (string Scope, Func<User, object?> Value)> All = new Dictionary<string, (string, Func<User, object?>)>
    {
        [Claims.Name] = (OpenIdScopes.Profile, user => user.DisplayName ?? user.UserName),
        [Claims.GivenName] = (OpenIdScopes.Profile, user => user.GivenName),
        [Claims.FamilyName] = (OpenIdScopes.Profile, user => user.FamilyName),
        [Claims.PreferredUsername] = (OpenIdScopes.Profile, user => user.UserName),
        [Claims.Locale] = (OpenIdScopes.Profile, user => user.Locale),
        [Claims.Zoneinfo] = (OpenIdScopes.Profile, user => user.ZoneInfo),
        [Claims.UpdatedAt] = (OpenIdScopes.Profile, user => user.UpdatedAt.ToUnixTimeSeconds()),
        [Claims.Email] = (OpenIdScopes.Email, user => user.Email),
        [Claims.EmailVerified] = (OpenIdScopes.Email, user => user.Email is null ? null : user.EmailConfirmed),
    }.ToFrozenDictionary();

    /// <summary>The scope that asks for a claim; null for one there is not.</summary>
    public static string? ScopeOf(string claim) => All.TryGetValue(claim, out var known) ? known.Scope : null;

    /// <summary>What there is of the claims that scopes ask for, or that are asked for by name.</summary>
    public static IEnumerable<(string Name, object Value)> Of(User user, IReadOnlyCollection<string> scopes, IReadOnlyCollection<string> names) =>
        from claim in All
        where scopes.Contains(claim.Value.Scope) || names.Contains(claim.Key)
        let value = claim.Value.Value(user)
        where value is not (null or "")
        select (claim.Key, value);
}
