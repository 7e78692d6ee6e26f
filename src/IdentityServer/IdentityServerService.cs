using Microsoft.AspNetCore.Cors.Infrastructure;
using UserDomain.IdentityServer.ClientApi;
using UserDomain.IdentityServer.Keys;
using UserDomain.IdentityServer.Pages;
using UserDomain.IdentityServer.Protocol;
using UserDomain.IdentityServer.Protocol.Authorization;
using UserDomain.IdentityServer.Protocol.BackchannelLogout;
using UserDomain.IdentityServer.Protocol.CrossOrigin;
using UserDomain.IdentityServer.Protocol.Discovery;
using UserDomain.IdentityServer.Protocol.EndSession;
using UserDomain.IdentityServer.Protocol.FastPath;
using UserDomain.IdentityServer.Protocol.Interactions;
using UserDomain.IdentityServer.Protocol.Registration;
using UserDomain.IdentityServer.Protocol.Subjects;
using UserDomain.IdentityServer.Protocol.Token;
using UserDomain.IdentityServer.Protocol.UserInfo;
using UserDomain.IdentityServer.Pruning;
using UserDomain.IdentityServer.Seeding;
using UserDomain.IdentityServer.SignIn;
using UserDomain.IdentityServer.SignIn.Passwords;
using UserDomain.IdentityStore;
using UserDomain.ServiceDefaults.Hosting;
using UserDomain.ServiceDefaults.Outgoing;
using UserDomain.ServiceDefaults.Secrets;

namespace UserDomain.IdentityServer;

/// <summary>The OAuth 2 / OpenID Connect server with its sign-in, consent and account pages.</summary>
public static class IdentityServerService
{
    /// <summary>What a host needs to run it.</summary>
    public static readonly ServiceDescription Description =
        new(Contracts.Services.IdentityServer, typeof(IdentityServerService).Assembly, AddIdentityServer, MapIdentityServer);

    /// <summary>Registers the server.</summary>
    public static void AddIdentityServer(this WebApplicationBuilder builder)
    {
        var settings = (UserDomainSettings)builder.Services.Last(descriptor => descriptor.ServiceType == typeof(UserDomainSettings)).ImplementationInstance!;
        builder.AddIdentityStore(Description);
        builder.Services.AddOutgoing();
        builder.Services.AddProtocolServer(settings);
        builder.Services.AddFastPath();
        builder.Services.AddBackchannelLogout();
        builder.AddClientApi();
        builder.Services.AddScoped<RegisteredClients>();
        builder.Services.AddSingleton<ClientOrigins>();
        builder.Services.AddSingleton<ICorsPolicyProvider, CrossOriginPolicies>();
        builder.Services.AddSessionCookie(https: settings.PublicUrl.Scheme == Uri.UriSchemeHttps);
        builder.Services.AddPasswords(provider => provider.GetRequiredService<KeyEncryptionKey>().Derive("password-pepper"));
        builder.Services.AddScoped<InteractionStore>();
        builder.Services.AddScoped<InteractionPolicy>();
        builder.Services.AddScoped<GrantStore>();
        builder.Services.AddSingleton<SubjectQuery>();
        builder.Services.AddSingleton<RevocationQuery>();
        builder.Services.AddScoped<SubjectGate>();
        builder.Services.AddSingleton<PermissionSnapshots>();
        builder.Services.AddScoped<SubjectPermissions>();
        builder.Services.AddScoped<SignInService>();
        builder.Services.AddScoped<SignOutService>();
        builder.Services.AddScoped<PasswordSetter>();
        builder.Services.AddAccountPages(settings);
        builder.Services.AddSingleton(new StartupTask("load keys", IsMigration: false,
            (services, cancellationToken) => services.GetRequiredService<KeyRotation>().StartAsync(cancellationToken)));
        builder.Services.AddPruning();
        builder.Services.AddSeeding();
    }

    /// <summary>Adds its endpoints.</summary>
    public static void MapIdentityServer(this WebApplication app)
    {
        app.UseAccountPages();
        app.UseClientApiProblems();
        app.UseCors();
        app.UseMiddleware<MetadataCache>();
        app.UseFastPath();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapAuthorizationEndpoint();
        app.MapTokenEndpoint();
        app.MapUserInfoEndpoint();
        app.MapEndSessionEndpoint();
        if (app.Services.GetRequiredService<UserDomainSettings>().ClientsMayRegister)
        {
            app.MapRegistration();
        }

        app.MapClientApi();
        app.MapAccountPages();
    }
}
