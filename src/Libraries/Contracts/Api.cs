namespace UserDomain.Contracts;

/// <summary>One of the resource APIs: the audience of its tokens and the scopes that lead to it.</summary>
/// <param name="Name">Short name, as in <c>roles</c>.</param>
/// <param name="Audience">The <c>aud</c> its access tokens carry and the <c>resource</c> clients ask for (RFC 8707).</param>
/// <param name="Scopes">Every scope the API knows, each also the name of a permission unless it is a self-service scope.</param>
public sealed record Api(string Name, string Audience, IReadOnlyList<string> Scopes)
{
    /// <summary>Users: create, read, update, delete; the caller's own profile.</summary>
    public static readonly Api Users = new("users", "urn:user-domain:users",
        [Contracts.Scopes.UsersRead, Contracts.Scopes.UsersWrite, Contracts.Scopes.ProfileSelf]);

    /// <summary>Roles, permissions, groups and assignments.</summary>
    public static readonly Api Roles = new("roles", "urn:user-domain:roles", [Contracts.Scopes.RolesRead, Contracts.Scopes.RolesWrite]);

    /// <summary>Sessions and the revocation log.</summary>
    public static readonly Api Sessions = new("sessions", "urn:user-domain:sessions",
        [Contracts.Scopes.SessionsRead, Contracts.Scopes.SessionsWrite, Contracts.Scopes.RevocationsRead]);

    /// <summary>The audit trail.</summary>
    public static readonly Api Audit = new("audit", "urn:user-domain:audit", [Contracts.Scopes.AuditRead, Contracts.Scopes.AuditWrite]);

    /// <summary>Clients, of the identity server itself.</summary>
    public static readonly Api Clients = new("clients", "urn:user-domain:clients", [Contracts.Scopes.ClientsRead, Contracts.Scopes.ClientsWrite]);

    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<Api> All = [Users, Roles, Sessions, Audit, Clients];

    /// <summary>The API a scope belongs to, or null for a protocol scope such as <c>openid</c> and for an unknown one.</summary>
    public static Api? OfScope(string scope) => All.FirstOrDefault(api => api.Scopes.Contains(scope));

    /// <summary>The API with the given audience, or null.</summary>
    public static Api? OfAudience(string audience) => All.FirstOrDefault(api => api.Audience == audience);
}
