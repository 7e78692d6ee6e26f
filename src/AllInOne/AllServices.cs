using UserDomain.IdentityServer;
using UserDomain.ServiceDefaults.Hosting;

namespace UserDomain.AllInOne;

/// <summary>What the program hosts, in the order of their start.</summary>
public static class AllServices
{
    /// <summary>The services.</summary>
    public static readonly IReadOnlyList<ServiceDescription> Descriptions = [IdentityServerService.Description, AdminUi.AdminUi.Service];
}
