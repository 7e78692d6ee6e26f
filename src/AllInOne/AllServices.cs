using UserDomain.IdentityServer;
using UserDomain.ServiceDefaults.Hosting;

namespace UserDomain.AllInOne;

/// <summary>What the program hosts, in the order of their start: the identity server makes the database before others look into it.</summary>
public static class AllServices
{
    /// <summary>The services.</summary>
    public static readonly IReadOnlyList<ServiceDescription> Descriptions =
    [
        IdentityServerService.Description,
        ProfileApi.ProfileApi.Service,
        RoleApi.RoleApi.Service,
        SessionApi.SessionApi.Service,
        AuditApi.AuditApi.Service,
        AdminUi.AdminUi.Service,
    ];
}
