using System.ComponentModel.DataAnnotations;
using System.Linq.Expressions;
using UserDomain.IdentityStore.Roles;
using UserDomain.IdentityStore.Sessions;
using UserDomain.ServiceDefaults.Validation;

namespace UserDomain.RoleApi.Roles;

/// <summary>A role to create.</summary>
/// <param name="Name">Unique without case, 1 to 100 visible characters.</param>
/// <param name="Description">What it is for.</param>
/// <param name="Permissions">Names of the permissions it carries.</param>
/// <param name="Includes">Names of the roles whose permissions it has as well.</param>
/// <param name="SessionIdleTimeout">
/// After how many seconds without use a session of who holds the role ends, at least a minute; with several roles the shortest counts. 3600 is what holds without it.
/// </param>
/// <param name="SessionLifetime">After how many seconds such a session ends in any case, at least five minutes. 43200 is what holds without it.</param>
public sealed record CreateRoleRequest(
    [Required, StringLength(Names.MaxLength), RegularExpression(Names.Pattern, ErrorMessage = Names.Rule)] string Name,
    [StringLength(Names.MaxDescriptionLength), PlainText] string? Description,
    [MaxLength(RoleContents.MaxEntries), PlainText] IReadOnlyList<string>? Permissions,
    [MaxLength(RoleContents.MaxEntries), PlainText] IReadOnlyList<string>? Includes,
    [Range(SessionLimit.ShortestIdle, SessionLimit.LongestIdle, ErrorMessage = SessionLimit.Rule)] int? SessionIdleTimeout,
    [Range(SessionLimit.ShortestLifetime, SessionLimit.LongestLifetime, ErrorMessage = SessionLimit.Rule)] int? SessionLifetime);

/// <summary>A change of a role; what is absent stays as it is.</summary>
/// <param name="Name">New name.</param>
/// <param name="Description">New description; empty to clear it.</param>
/// <param name="Permissions">All permissions it is to carry.</param>
/// <param name="Includes">All roles it is to include.</param>
/// <param name="SessionIdleTimeout">After how many seconds without use a session of who holds the role is to end; 3600 to clear it.</param>
/// <param name="SessionLifetime">After how many seconds such a session is to end in any case; 43200 to clear it.</param>
public sealed record UpdateRoleRequest(
    [StringLength(Names.MaxLength, MinimumLength = 1), RegularExpression(Names.Pattern, ErrorMessage = Names.Rule)] string? Name,
    [StringLength(Names.MaxDescriptionLength), PlainText] string? Description,
    [MaxLength(RoleContents.MaxEntries), PlainText] IReadOnlyList<string>? Permissions,
    [MaxLength(RoleContents.MaxEntries), PlainText] IReadOnlyList<string>? Includes,
    [Range(SessionLimit.ShortestIdle, SessionLimit.LongestIdle, ErrorMessage = SessionLimit.Rule)] int? SessionIdleTimeout,
    [Range(SessionLimit.ShortestLifetime, SessionLimit.LongestLifetime, ErrorMessage = SessionLimit.Rule)] int? SessionLifetime);

/// <summary>A role.</summary>
/// <param name="Id">UUIDv7.</param>
/// <param name="Name">Unique name.</param>
/// <param name="Description">What it is for.</param>
/// <param name="BuiltIn">Whether it came with the product and stays as it is.</param>
/// <param name="Permissions">Names of the permissions it carries itself.</param>
/// <param name="Includes">Names of the roles it includes.</param>
/// <param name="SessionIdleTimeout">After how many seconds without use a session of who holds the role ends; null for an hour, as the product says.</param>
/// <param name="SessionLifetime">After how many seconds such a session ends in any case; null for twelve hours, as the product says.</param>
/// <param name="CreatedAt">When it was created.</param>
/// <param name="UpdatedAt">When it last changed.</param>
/// <param name="Version">The entity tag.</param>
public sealed record RoleResponse(
    Guid Id, string Name, string Description, bool BuiltIn, IReadOnlyList<string> Permissions, IReadOnlyList<string> Includes,
    int? SessionIdleTimeout, int? SessionLifetime, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, long Version)
{
    internal static readonly Expression<Func<Role, RoleResponse>> Projection = role => new(
        role.Id, role.Name, role.Description, role.BuiltIn,
        role.Permissions.OrderBy(permission => permission.Name).Select(permission => permission.Name).ToList(),
        role.Includes.OrderBy(included => included.NormalizedName).Select(included => included.Name).ToList(),
        role.SessionIdleTimeout, role.SessionLifetime, role.CreatedAt, role.UpdatedAt, role.Version);

    internal static readonly Func<Role, RoleResponse> Of = Projection.Compile();
}
