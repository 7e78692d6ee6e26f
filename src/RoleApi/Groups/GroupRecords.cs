using System.ComponentModel.DataAnnotations;
using System.Linq.Expressions;
using UserDomain.IdentityStore.Groups;
using UserDomain.ServiceDefaults.Validation;

namespace UserDomain.RoleApi.Groups;

/// <summary>A group to create.</summary>
/// <param name="Name">Unique without case, 1 to 100 visible characters.</param>
/// <param name="Description">What it is.</param>
public sealed record CreateGroupRequest(
    [Required, StringLength(Names.MaxLength), RegularExpression(Names.Pattern, ErrorMessage = Names.Rule)] string Name,
    [StringLength(Names.MaxDescriptionLength), PlainText] string? Description);

/// <summary>A change of a group; what is absent stays as it is.</summary>
/// <param name="Name">New name.</param>
/// <param name="Description">New description; empty to clear it.</param>
public sealed record UpdateGroupRequest(
    [StringLength(Names.MaxLength, MinimumLength = 1), RegularExpression(Names.Pattern, ErrorMessage = Names.Rule)] string? Name,
    [StringLength(Names.MaxDescriptionLength), PlainText] string? Description);

/// <summary>A group.</summary>
/// <param name="Id">UUIDv7.</param>
/// <param name="Name">Unique name.</param>
/// <param name="Description">What it is.</param>
/// <param name="MemberCount">How many users belong to it.</param>
/// <param name="CreatedAt">When it was created.</param>
/// <param name="UpdatedAt">When it, or who belongs to it, last changed.</param>
/// <param name="Version">The entity tag.</param>
public sealed record GroupResponse(
    Guid Id, string Name, string Description, int MemberCount, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, long Version)
{
    internal static readonly Expression<Func<Group, GroupResponse>> Projection = group => new(
        group.Id, group.Name, group.Description, group.Members.Count, group.CreatedAt, group.UpdatedAt, group.Version);

    internal static GroupResponse Of(Group group, int memberCount) =>
        new(group.Id, group.Name, group.Description, memberCount, group.CreatedAt, group.UpdatedAt, group.Version);
}

/// <summary>A user who belongs to a group.</summary>
/// <param name="Id">The user's id.</param>
/// <param name="UserName">The user's name.</param>
/// <param name="DisplayName">What pages call the person.</param>
public sealed record GroupMemberResponse(Guid Id, string UserName, string? DisplayName);
