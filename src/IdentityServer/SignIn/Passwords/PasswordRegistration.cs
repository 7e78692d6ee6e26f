using Microsoft.Extensions.Options;

namespace UserDomain.IdentityServer.SignIn.Passwords;

/// <summary>Registers hashing and its gate.</summary>
internal static class PasswordRegistration
{
    /// <param name="services">Where to register.</param>
    /// <param name="pepper">Gives the 32 secret bytes without which no hash of ours can be checked; the same on every replica.</param>
    public static IServiceCollection AddPasswords(this IServiceCollection services, Func<IServiceProvider, byte[]> pepper)
    {
        services.AddOptions<PasswordOptions>().BindConfiguration(PasswordOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton(provider =>
            new PasswordHasher(provider.GetRequiredService<IOptions<PasswordOptions>>().Value, pepper(provider)));
        services.AddSingleton(provider =>
            new HashingGate(HashingGateLimits.ForThisMachine, provider.GetRequiredService<TimeProvider>()));
        return services;
    }
}
