using System.ComponentModel.DataAnnotations;
using System.Linq.Expressions;
using UserDomain.IdentityStore.Roles;
using UserDomain.ServiceDefaults.Validation;

namespace UserDomain.RoleApi.Permissions;

/// <summary>A permission to create. Its name is what programs ask for and stays as it is.</summary>
/// <param name="Name">Unique, <c>object:act</c> in lower case.</param>
/// <param name="Description">What it allows.</param>
public sealed record CreatePermissionRequest(
    [Required, StringLength(Names.MaxLength), RegularExpression(Names.PermissionPattern, ErrorMessage = Names.PermissionRule)] string Name,
    [StringLength(Names.MaxDescriptionLength), PlainText] string? Description);

/// <summary>A change of a permission; what is absent stays as it is.</summary>
/// <param name="Description">New description; empty to clear it.</param>
public sealed record UpdatePermissionRequest([StringLength(Names.MaxDescriptionLength), PlainText] string? Description);

/// <summary>A permission.</summary>
/// <param name="Id">UUIDv7.</param>
/// <param name="Name">Unique name.</param>
/// <param name="Description">What it allows.</param>
/// <param name="BuiltIn">Whether it came with the product and stays as it is.</param>
/// <param name="CreatedAt">When it was created.</param>
/// <param name="UpdatedAt">When it last changed.</param>
/// <param name="Version">The entity tag.</param>
public sealed record PermissionResponse(
    Guid Id, string Name, string Description, bool BuiltIn, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, long Version)
{
    internal static readonly Expression<Func<Permission, PermissionResponse>> Projection = permission => new(
        permission.Id, permission.Name, permission.Description, permission.BuiltIn,
        permission.CreatedAt, permission.UpdatedAt, permission.Version);

    internal static readonly Func<Permission, PermissionResponse> Of = Projection.Compile();
}
