using UserDomain.Contracts;

namespace UserDomain.IdentityStore.Roles;

/// <summary>Something that may be done, named <c>object:act</c>. Those of our own APIs are named like their scopes.</summary>
public sealed class Permission
{
    /// <summary>UUIDv7.</summary>
    public required Guid Id { get; init; }

    /// <summary>Unique name, compared by ordinal.</summary>
    public required string Name { get; init; }

    /// <summary>What it allows.</summary>
    public string Description { get; set; } = "";

    /// <summary>Whether the permission came with the product and stays as it is.</summary>
    public bool BuiltIn { get; init; }

    /// <summary>When the permission was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the permission last changed.</summary>
    public required DateTimeOffset UpdatedAt { get; set; }

    /// <summary>Rises with each change.</summary>
    public long Version { get; set; } = 1;

    /// <summary>The permission as a party of an audit event.</summary>
    public AuditParty AsParty() => new("permission", Id.ToString(), Name);

    /// <summary>Marks a change.</summary>
    public void Touch(DateTimeOffset now)
    {
        UpdatedAt = now;
        Version++;
    }
}
