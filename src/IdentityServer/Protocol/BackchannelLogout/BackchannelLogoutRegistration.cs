namespace UserDomain.IdentityServer.Protocol.BackchannelLogout;

/// <summary>Tells clients that a session they took part in was closed (OpenID Connect Back-Channel Logout 1.0, SES-04).</summary>
internal static class BackchannelLogoutRegistration
{
    public static void AddBackchannelLogout(this IServiceCollection services)
    {
        services.AddSingleton<LogoutTokens>();
        services.AddSingleton<LogoutSender>();
        services.AddScoped<NoticeQueue>();
        services.AddScoped<NoticeDelivery>();
        services.AddHostedService<LogoutDispatcher>();
    }
}
