using System.ComponentModel.DataAnnotations;
using UserDomain.ServiceDefaults.Validation;

namespace UserDomain.RoleApi.Assignments;

/// <summary>A role to give to exactly one of a user, a group and a client.</summary>
/// <param name="RoleId">The role.</param>
/// <param name="UserId">The user.</param>
/// <param name="GroupId">The group.</param>
/// <param name="ClientId">The <c>client_id</c> of the client.</param>
public sealed record CreateRoleAssignmentRequest(
    [Required] Guid? RoleId, Guid? UserId, Guid? GroupId, [StringLength(255, MinimumLength = 1), PlainText] string? ClientId);

/// <summary>A role somebody holds.</summary>
/// <param name="Id">UUIDv7.</param>
/// <param name="Role">The role.</param>
/// <param name="Subject">Who holds it.</param>
/// <param name="CreatedAt">When it was given.</param>
public sealed record RoleAssignmentResponse(Guid Id, AssignedRole Role, AssignmentSubject Subject, DateTimeOffset CreatedAt);

/// <summary>The role of an assignment.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
public sealed record AssignedRole(Guid Id, string Name);

/// <summary>Who holds a role.</summary>
/// <param name="Type"><c>user</c>, <c>group</c> or <c>client</c>.</param>
/// <param name="Id">The id of the user or group, or the <c>client_id</c>.</param>
/// <param name="Name">What people call it.</param>
public sealed record AssignmentSubject(string Type, string Id, string? Name);
