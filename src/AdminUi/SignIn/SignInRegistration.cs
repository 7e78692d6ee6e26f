using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Caching.StackExchangeRedis;
using Microsoft.Extensions.Options;
using UserDomain.ServiceDefaults.Hosting;

namespace UserDomain.AdminUi.SignIn;

/// <summary>How a person is signed in to the console and where that is remembered.</summary>
internal static class SignInRegistration
{
    /// <summary>The scheme of the console's own cookie.</summary>
    public const string Cookie = "console";

    /// <summary>The scheme that asks the identity server.</summary>
    public const string IdentityServer = "identity-server";

    // Renewing on every request would write to the store on every request; this loses at most a quarter of the shortest pause a role may ask for.
    private static readonly TimeSpan RenewAfter = TimeSpan.FromSeconds(15);

    public static void AddConsoleSignIn(this IServiceCollection services)
    {
        services.AddSingleton(CreateCache);
        services.AddSingleton<SessionVault>();
        services.AddSingleton<TicketStore>();
        services.AddAuthentication(options =>
            {
                options.DefaultScheme = Cookie;
                options.DefaultChallengeScheme = IdentityServer;
            })
            .AddCookie(Cookie)
            .AddOpenIdConnect(IdentityServer, _ => { });
        services.AddOptions<CookieAuthenticationOptions>(Cookie).Configure<UserDomainSettings, TicketStore>(ConfigureCookie);
        services.AddSingleton<IConfigureOptions<OpenIdConnectOptions>, OpenIdConnectSetup>();
        services.AddAuthorization();
    }

    private static void ConfigureCookie(CookieAuthenticationOptions options, UserDomainSettings settings, TicketStore store)
    {
        ConsoleCookies.Shape(options.Cookie, "", settings);
        options.SessionStore = store;
        options.ExpireTimeSpan = SessionVault.Idle;
        options.SlidingExpiration = true;
        options.Events.OnCheckSlidingExpiration = context =>
        {
            context.ShouldRenew = context.ElapsedTime > RenewAfter;
            return Task.CompletedTask;
        };
    }

    private static IDistributedCache CreateCache(IServiceProvider provider)
    {
        var memory = new MemoryDistributedCache(Options.Create(new MemoryDistributedCacheOptions()));
        return provider.GetService<RedisConnection>() is { } connection
            ? new SharedCache(new RedisCache(Options.Create(new RedisCacheOptions { ConnectionMultiplexerFactory = connection.GetAsync, InstanceName = "user-domain:console:" })), memory)
            : memory;
    }
}
