using UserDomain.Contracts;
using UserDomain.IdentityStore;
using UserDomain.ProfileApi.Me;
using UserDomain.ProfileApi.Users;
using UserDomain.ServiceDefaults.Hosting;

namespace UserDomain.ProfileApi;

/// <summary>The API for users and for the caller's own profile.</summary>
public static class ProfileApi
{
    /// <summary>The service as a host sees it.</summary>
    public static readonly ServiceDescription Service = new(Services.ProfileApi, typeof(ProfileApi).Assembly, AddProfileApi, MapProfileApi);

    /// <summary>Registers the service.</summary>
    public static void AddProfileApi(this WebApplicationBuilder builder)
    {
        builder.AddIdentityStore(Service);
        builder.AddApiDefaults(Api.Users, "User Domain: users");
        builder.Services.AddValidation();
        builder.Services.AddScoped<TargetRules>();
        builder.Services.AddScoped<UserAccess>();
        builder.Services.AddScoped<UserUpdate>();
        builder.Services.AddScoped<AccountLockDown>();
        builder.Services.AddSingleton(new OperatorCommand(OperatorCommand.LockDown, LockDownCommand.RunAsync));
    }

    /// <summary>Adds its middleware and endpoints.</summary>
    public static void MapProfileApi(this WebApplication app) => app.MapApi("users", routes =>
    {
        routes.MapUsers();
        routes.MapUserActions();
        routes.MapMe();
    });
}
