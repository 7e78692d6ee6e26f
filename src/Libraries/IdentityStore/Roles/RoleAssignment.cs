using UserDomain.Contracts;

namespace UserDomain.IdentityStore.Roles;

/// <summary>A role given to exactly one of a user, a group or a client.</summary>
public sealed class RoleAssignment
{
    /// <summary>UUIDv7.</summary>
    public required Guid Id { get; init; }

    /// <summary>The role.</summary>
    public required Guid RoleId { get; init; }

    /// <summary>The role.</summary>
    public Role? Role { get; init; }

    /// <summary>The user it is given to.</summary>
    public Guid? UserId { get; init; }

    /// <summary>The group it is given to.</summary>
    public Guid? GroupId { get; init; }

    /// <summary>The <c>client_id</c> it is given to.</summary>
    public string? ClientId { get; init; }

    /// <summary>When it was given.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The assignment as a party of an audit event.</summary>
    public AuditParty AsParty() => new("role-assignment", Id.ToString());
}
