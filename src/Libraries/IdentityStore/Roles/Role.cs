using UserDomain.Contracts;

namespace UserDomain.IdentityStore.Roles;

/// <summary>A named set of permissions, given to users, groups and clients. A role may include others.</summary>
public sealed class Role
{
    /// <summary>UUIDv7.</summary>
    public required Guid Id { get; init; }

    /// <summary>Unique name, compared without case.</summary>
    public required string Name { get; set; }

    /// <summary><see cref="Name"/> in upper case, for comparison.</summary>
    public required string NormalizedName { get; set; }

    /// <summary>What the role is for.</summary>
    public string Description { get; set; } = "";

    /// <summary>Whether the role came with the product and stays as it is.</summary>
    public bool BuiltIn { get; init; }

    /// <summary>Permissions of the role itself.</summary>
    public List<Permission> Permissions { get; } = [];

    /// <summary>Roles whose permissions this one has as well.</summary>
    public List<Role> Includes { get; } = [];

    /// <summary>After how many seconds without use a session of who holds the role ends; null for the product's own (SES-02).</summary>
    public int? SessionIdleTimeout { get; set; }

    /// <summary>After how many seconds such a session ends in any case; null for the product's own (SES-02).</summary>
    public int? SessionLifetime { get; set; }

    /// <summary>When the role was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the role last changed.</summary>
    public required DateTimeOffset UpdatedAt { get; set; }

    /// <summary>Rises with each change.</summary>
    public long Version { get; set; } = 1;

    /// <summary>The role as a party of an audit event.</summary>
    public AuditParty AsParty() => new("role", Id.ToString(), Name);

    /// <summary>The form names are compared in.</summary>
    public static string Normalize(string name) => name.ToUpperInvariant();

    /// <summary>Marks a change.</summary>
    public void Touch(DateTimeOffset now)
    {
        UpdatedAt = now;
        Version++;
    }
}
