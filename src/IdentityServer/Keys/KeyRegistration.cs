using Microsoft.Extensions.Options;
using OpenIddict.Server;
using UserDomain.ServiceDefaults.Hosting;

namespace UserDomain.IdentityServer.Keys;

/// <summary>Registers the key ring, what changes it, and the commands for it.</summary>
internal static class KeyRegistration
{
    public static void AddKeyRing(this IServiceCollection services)
    {
        services.AddOptions<KeySettings>().BindConfiguration(KeySettings.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<KeyMaker>();
        services.AddSingleton<KeyRing>();
        services.AddSingleton<KeyRingOptions>();
        services.AddSingleton<IConfigureOptions<OpenIddictServerOptions>>(provider => provider.GetRequiredService<KeyRingOptions>());
        services.AddSingleton<IOptionsChangeTokenSource<OpenIddictServerOptions>>(provider => provider.GetRequiredService<KeyRingOptions>());
        services.AddScoped<KeyStore>();
        services.AddScoped<KeyRotation>();
        services.AddScoped<KeyRetirement>();
        services.AddHostedService<KeyRingWatch>();
        services.AddSingleton(new OperatorCommand(OperatorCommand.ListKeys, KeyCommands.ListAsync));
        services.AddSingleton(new OperatorCommand(OperatorCommand.RotateKeys, KeyCommands.RotateAsync));
        services.AddSingleton(new OperatorCommand(OperatorCommand.RetireKey, KeyCommands.RetireAsync));
    }
}
