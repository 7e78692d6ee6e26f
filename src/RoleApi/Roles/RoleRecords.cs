using System.ComponentModel.DataAnnotations;
using System.Linq.Expressions;
using UserDomain.IdentityStore.Roles;
using UserDomain.ServiceDefaults.Validation;

namespace UserDomain.RoleApi.Roles;

/// <summary>A role to create.</summary>
/// <param name="Name">Unique without case, 1 to 100 visible characters.</param>
/// <param name="Description">What it is for.</param>
/// <param name="Permissions">Names of the permissions it carries.</param>
/// <param name="Includes">Names of the roles whose permissions it has as well.</param>
public sealed record CreateRoleRequest(
    [Required, StringLength(Names.MaxLength), RegularExpression(Names.Pattern, ErrorMessage = Names.Rule)] string Name,
    [StringLength(Names.MaxDescriptionLength), PlainText] string? Description,
    [MaxLength(RoleContents.MaxEntries), PlainText] IReadOnlyList<string>? Permissions,
    [MaxLength(RoleContents.MaxEntries), PlainText] IReadOnlyList<string>? Includes);

/// <summary>A change of a role; what is absent stays as it is.</summary>
/// <param name="Name">New name.</param>
/// <param name="Description">New description; empty to clear it.</param>
/// <param name="Permissions">All permissions it is to carry.</param>
/// <param name="Includes">All roles it is to include.</param>
public sealed record UpdateRoleRequest(
    [StringLength(Names.MaxLength, MinimumLength = 1), RegularExpression(Names.Pattern, ErrorMessage = Names.Rule)] string? Name,
    [StringLength(Names.MaxDescriptionLength), PlainText] string? Description,
    [MaxLength(RoleContents.MaxEntries), PlainText] IReadOnlyList<string>? Permissions,
    [MaxLength(RoleContents.MaxEntries), PlainText] IReadOnlyList<string>? Includes);

/// <summary>A role.</summary>
/// <param name="Id">UUIDv7.</param>
/// <param name="Name">Unique name.</param>
/// <param name="Description">What it is for.</param>
/// <param name="BuiltIn">Whether it came with the product and stays as it is.</param>
/// <param name="Permissions">Names of the permissions it carries itself.</param>
/// <param name="Includes">Names of the roles it includes.</param>
/// <param name="CreatedAt">When it was created.</param>
/// <param name="UpdatedAt">When it last changed.</param>
/// <param name="Version">The entity tag.</param>
public sealed record RoleResponse(
    Guid Id, string Name, string Description, bool BuiltIn, IReadOnlyList<string> Permissions, IReadOnlyList<string> Includes,
    DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, long Version)
{
    internal static readonly Expression<Func<Role, RoleResponse>> Projection = role => new(
        role.Id, role.Name, role.Description, role.BuiltIn,
        role.Permissions.OrderBy(permission => permission.Name).Select(permission => permission.Name).ToList(),
        role.Includes.OrderBy(included => included.NormalizedName).Select(included => included.Name).ToList(),
        role.CreatedAt, role.UpdatedAt, role.Version);

    internal static readonly Func<Role, RoleResponse> Of = Projection.Compile();
}
