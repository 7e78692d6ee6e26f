namespace UserDomain.Contracts;

/// <summary>The services by name and the public paths each answers. The gateway, the all-in-one host and calls between services share it.</summary>
public static class Services
{
    /// <summary>The OAuth 2 / OpenID Connect server and its pages.</summary>
    public const string IdentityServer = "IdentityServer";

    /// <summary>Users.</summary>
    public const string ProfileApi = "ProfileApi";

    /// <summary>Roles, permissions, groups, assignments.</summary>
    public const string RoleApi = "RoleApi";

    /// <summary>Sessions and revocations.</summary>
    public const string SessionApi = "SessionApi";

    /// <summary>The audit trail.</summary>
    public const string AuditApi = "AuditApi";

    /// <summary>The console.</summary>
    public const string AdminUi = "AdminUi";

    private static readonly (string Prefix, string Service)[] Routes =
    [
        .. Of(Api.Users, ProfileApi),
        .. Of(Api.Roles, RoleApi),
        .. Of(Api.Sessions, SessionApi),
        .. Of(Api.Audit, AuditApi),
        ("/admin", AdminUi),
    ];

    /// <summary>All services.</summary>
    public static readonly IReadOnlyList<string> All = [IdentityServer, ProfileApi, RoleApi, SessionApi, AuditApi, AdminUi];

    /// <summary>The paths that lead to another service than <see cref="IdentityServer"/>, each with everything below it.</summary>
    public static IEnumerable<string> Prefixes => Routes.Select(route => route.Prefix);

    /// <summary>The service that answers a path: the one whose prefix is a whole leading part of it, else IdentityServer.</summary>
    /// <param name="path">Absolute path without query, as in <c>/api/v1/roles/42</c>.</param>
    public static string OfPath(string path)
    {
        foreach (var (prefix, service) in Routes)
        {
            if (path.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)
                && (path.Length == prefix.Length || path[prefix.Length] == '/'))
            {
                return service;
            }
        }

        return IdentityServer;
    }

    // An API is where its resources are, and where what is said of them is.
    private static IEnumerable<(string Prefix, string Service)> Of(Api api, string service) =>
        from path in api.Paths
        from prefix in new[] { path, Api.MetadataRoot + path }
        select (prefix, service);
}
