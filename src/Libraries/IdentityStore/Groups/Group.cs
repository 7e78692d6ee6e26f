using UserDomain.Contracts;

namespace UserDomain.IdentityStore.Groups;

/// <summary>A set of users who hold roles together.</summary>
public sealed class Group
{
    /// <summary>UUIDv7.</summary>
    public required Guid Id { get; init; }

    /// <summary>Unique name, compared without case.</summary>
    public required string Name { get; set; }

    /// <summary><see cref="Name"/> in upper case, for comparison.</summary>
    public required string NormalizedName { get; set; }

    /// <summary>What the group is.</summary>
    public string Description { get; set; } = "";

    /// <summary>Who belongs to it.</summary>
    public List<GroupMember> Members { get; } = [];

    /// <summary>When the group was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the group last changed.</summary>
    public required DateTimeOffset UpdatedAt { get; set; }

    /// <summary>Rises with each change.</summary>
    public long Version { get; set; } = 1;

    /// <summary>The group as a party of an audit event.</summary>
    public AuditParty AsParty() => new("group", Id.ToString(), Name);

    /// <summary>Marks a change.</summary>
    public void Touch(DateTimeOffset now)
    {
        UpdatedAt = now;
        Version++;
    }
}

/// <summary>A user in a group.</summary>
public sealed class GroupMember
{
    /// <summary>The group.</summary>
    public required Guid GroupId { get; init; }

    /// <summary>The user.</summary>
    public required Guid UserId { get; init; }
}
