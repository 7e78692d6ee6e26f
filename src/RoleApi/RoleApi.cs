using UserDomain.Contracts;
using UserDomain.IdentityStore;
using UserDomain.RoleApi.Assignments;
using UserDomain.RoleApi.EffectivePermissions;
using UserDomain.RoleApi.Groups;
using UserDomain.RoleApi.Permissions;
using UserDomain.RoleApi.Rights;
using UserDomain.RoleApi.Roles;
using UserDomain.ServiceDefaults.Hosting;

namespace UserDomain.RoleApi;

/// <summary>Roles, permissions, groups, assignments, and what follows from them.</summary>
public static class RoleApi
{
    /// <summary>The service as hosts see it.</summary>
    public static readonly ServiceDescription Service =
        new(Services.RoleApi, typeof(RoleApi).Assembly, builder => builder.AddRoleApi(), app => app.MapRoleApi());

    /// <summary>Registers the service.</summary>
    public static void AddRoleApi(this WebApplicationBuilder builder)
    {
        builder.AddIdentityStore(Service);
        builder.AddApiDefaults(Api.Roles, "Roles");
        builder.Services.AddValidation();
        builder.Services.AddScoped<RightsGuard>();
        builder.Services.AddScoped<RoleEditor>();
    }

    /// <summary>Adds its middleware and routes.</summary>
    public static void MapRoleApi(this WebApplication app) => app.MapApi("roles", routes =>
    {
        routes.MapRoles();
        routes.MapPermissions();
        routes.MapGroups();
        routes.MapGroupMembers();
        routes.MapRoleAssignments();
        routes.MapEffectivePermissions();
    });
}
