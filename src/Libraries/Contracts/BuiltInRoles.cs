namespace UserDomain.Contracts;

/// <summary>Roles that exist from the first start and cannot be changed or deleted.</summary>
/// <param name="Name">Name of the role.</param>
/// <param name="Description">What it is for, one sentence.</param>
/// <param name="Permissions">Names of the permissions it carries.</param>
public sealed record BuiltInRole(string Name, string Description, IReadOnlyList<string> Permissions);

/// <summary>The built-in roles and permissions.</summary>
public static class BuiltInRoles
{
    /// <summary>Name of the role that may do everything.</summary>
    public const string Administrator = "administrator";

    /// <summary>Permissions that exist from the first start, with what they allow.</summary>
    public static readonly IReadOnlyDictionary<string, string> Permissions = new Dictionary<string, string>
    {
        [Scopes.UsersRead] = "Read users",
        [Scopes.UsersWrite] = "Create, update, disable and delete users",
        [Scopes.RolesRead] = "Read roles, permissions, groups and assignments",
        [Scopes.RolesWrite] = "Create, update and delete roles, permissions, groups and assignments",
        [Scopes.SessionsRead] = "List and read sessions",
        [Scopes.SessionsWrite] = "Create and close sessions",
        [Scopes.RevocationsRead] = "Follow the revocation log",
        [Scopes.AuditRead] = "Read, verify and export the audit trail",
        [Scopes.AuditWrite] = "Append to the audit trail",
        [Scopes.AuditErase] = "Erase what the audit trail has of a person",
        [Scopes.WebhooksRead] = "Read webhooks and what became of their deliveries",
        [Scopes.WebhooksWrite] = "Create, change, replay and delete webhooks",
        [Scopes.ClientsRead] = "Read clients",
        [Scopes.ClientsWrite] = "Register, change, disable and delete clients, and make secrets for them",
        [Scopes.ClientsRegister] = "Register clients by the protocol",
    };

    /// <summary>All built-in roles.</summary>
    public static readonly IReadOnlyList<BuiltInRole> All =
    [
        new(Administrator, "May do everything.", [.. Permissions.Keys]),
        new("user-manager", "Manages users and their sessions and gives roles to see.",
            [Scopes.UsersRead, Scopes.UsersWrite, Scopes.RolesRead, Scopes.SessionsRead, Scopes.SessionsWrite]),
        new("auditor", "Reads everything, the audit trail included, and changes nothing.",
            [Scopes.UsersRead, Scopes.RolesRead, Scopes.SessionsRead, Scopes.AuditRead, Scopes.ClientsRead]),
        new("support", "Reads users and closes sessions.", [Scopes.UsersRead, Scopes.SessionsRead, Scopes.SessionsWrite]),
    ];
}
