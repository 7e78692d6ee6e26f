namespace UserDomain.Contracts;

/// <summary>One of the resource APIs: the audience of its tokens, the scopes that lead to it and where it is.</summary>
/// <param name="Name">Short name, as in <c>roles</c>.</param>
/// <param name="Audience">The <c>aud</c> its access tokens carry and the <c>resource</c> clients ask for (RFC 8707).</param>
/// <param name="Scopes">Every scope the API knows, each also the name of a permission unless it is a self-service scope.</param>
/// <param name="Paths">Its resources: each an absolute path with everything below it, and by its URL a <c>resource</c> as well.</param>
public sealed record Api(string Name, string Audience, IReadOnlyList<string> Scopes, IReadOnlyList<string> Paths)
{
    /// <summary>What the metadata of a resource is found under: this, followed by its path (RFC 9728 section 3.1).</summary>
    public const string MetadataRoot = "/.well-known/oauth-protected-resource";

    /// <summary>Users: create, read, update, delete; the caller's own profile.</summary>
    public static readonly Api Users = new("users", "urn:user-domain:users",
        [Contracts.Scopes.UsersRead, Contracts.Scopes.UsersWrite, Contracts.Scopes.ProfileSelf],
        ["/api/v1/users", "/api/v1/me"]);

    /// <summary>Roles, permissions, groups and assignments.</summary>
    public static readonly Api Roles = new("roles", "urn:user-domain:roles",
        [Contracts.Scopes.RolesRead, Contracts.Scopes.RolesWrite],
        ["/api/v1/roles", "/api/v1/permissions", "/api/v1/groups", "/api/v1/role-assignments", "/api/v1/effective-permissions"]);

    /// <summary>Sessions and the revocation log.</summary>
    public static readonly Api Sessions = new("sessions", "urn:user-domain:sessions",
        [Contracts.Scopes.SessionsRead, Contracts.Scopes.SessionsWrite, Contracts.Scopes.RevocationsRead],
        ["/api/v1/sessions", "/api/v1/revocations"]);

    /// <summary>The audit trail, and to whom its events are sent.</summary>
    public static readonly Api Audit = new("audit", "urn:user-domain:audit",
        [Contracts.Scopes.AuditRead, Contracts.Scopes.AuditWrite, Contracts.Scopes.AuditErase, Contracts.Scopes.WebhooksRead, Contracts.Scopes.WebhooksWrite],
        ["/api/v1/audit-events", "/api/v1/webhooks"]);

    /// <summary>Clients, of the identity server itself.</summary>
    public static readonly Api Clients = new("clients", "urn:user-domain:clients",
        [Contracts.Scopes.ClientsRead, Contracts.Scopes.ClientsWrite, Contracts.Scopes.ClientsRegister],
        ["/api/v1/clients"]);

    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<Api> All = [Users, Roles, Sessions, Audit, Clients];

    /// <summary>The API a scope belongs to, or null for a protocol scope such as <c>openid</c> and for an unknown one.</summary>
    public static Api? OfScope(string scope) => All.FirstOrDefault(api => api.Scopes.Contains(scope));

    /// <summary>The API with the given audience, or null.</summary>
    public static Api? OfAudience(string audience) => All.FirstOrDefault(api => api.Audience == audience);

    /// <summary>The API one of whose resources has a URL, character for character; null if none has.</summary>
    /// <param name="publicUrl">The one public base URL.</param>
    /// <param name="url">The URL.</param>
    public static Api? OfResource(Uri publicUrl, string url) => All.FirstOrDefault(api => api.Paths.Any(path => UrlOf(publicUrl, path) == url));

    /// <summary>The URL of a resource, which is its identifier (RFC 9728 section 1.2).</summary>
    /// <param name="publicUrl">The one public base URL.</param>
    /// <param name="path">One of <see cref="Paths"/>.</param>
    public static string UrlOf(Uri publicUrl, string path) => new Uri(publicUrl, path).AbsoluteUri;

    /// <summary>Where the metadata of a resource is (RFC 9728 section 3).</summary>
    /// <param name="publicUrl">The one public base URL.</param>
    /// <param name="path">One of <see cref="Paths"/>.</param>
    public static string MetadataUrlOf(Uri publicUrl, string path) => UrlOf(publicUrl, MetadataRoot + path);
}
