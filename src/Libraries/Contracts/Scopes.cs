namespace UserDomain.Contracts;

/// <summary>
/// Scopes of the resource APIs. A scope says what a client may do in the user's name; the permission of the same name says
/// what the user, or a service itself, may do. <see cref="ProfileSelf"/> needs no permission: everybody may see their own profile.
/// </summary>
public static class Scopes
{
    /// <summary>Read users.</summary>
    public const string UsersRead = "users:read";

    /// <summary>Create, update, disable and delete users.</summary>
    public const string UsersWrite = "users:write";

    /// <summary>Read and change the caller's own profile.</summary>
    public const string ProfileSelf = "profile:self";

    /// <summary>Read roles, permissions, groups and assignments.</summary>
    public const string RolesRead = "roles:read";

    /// <summary>Create, update and delete roles, permissions, groups and assignments.</summary>
    public const string RolesWrite = "roles:write";

    /// <summary>List and read sessions.</summary>
    public const string SessionsRead = "sessions:read";

    /// <summary>Create and close sessions.</summary>
    public const string SessionsWrite = "sessions:write";

    /// <summary>Follow the revocation log.</summary>
    public const string RevocationsRead = "revocations:read";

    /// <summary>Read, verify and export the audit trail.</summary>
    public const string AuditRead = "audit:read";

    /// <summary>Append to the audit trail.</summary>
    public const string AuditWrite = "audit:write";

    /// <summary>Erase what the audit trail has of a person.</summary>
    public const string AuditErase = "audit:erase";

    /// <summary>Read webhooks and what became of their deliveries.</summary>
    public const string WebhooksRead = "webhooks:read";

    /// <summary>Create, change, replay and delete webhooks, by which whoever receives them reads the audit trail.</summary>
    public const string WebhooksWrite = "webhooks:write";

    /// <summary>Read clients.</summary>
    public const string ClientsRead = "clients:read";

    /// <summary>Register, change, disable and delete clients, and make secrets for them.</summary>
    public const string ClientsWrite = "clients:write";

    /// <summary>Register clients by the protocol (RFC 7591), and nothing else: what an application has that registers itself or others.</summary>
    public const string ClientsRegister = "clients:register";
}
