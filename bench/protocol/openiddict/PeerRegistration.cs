using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.Tokens;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace UserDomain.OpenIddictPeer;

/// <summary>
/// The server as the documentation of OpenIddict and of ASP.NET Core Identity leads: every setting that is not named here has its default. An
/// elliptic key signs, and access tokens are readable, because that is what it is compared with.
/// </summary>
internal static class PeerRegistration
{
    /// <summary>What clients may ask for.</summary>
    public static readonly string[] ScopeNames = [Scopes.OpenId, Scopes.Profile, Scopes.Email, Scopes.OfflineAccess, .. Seed.ApiScopes];

    public static void AddPeer(this WebApplicationBuilder builder)
    {
        builder.Services.AddDbContext<PeerStore>(options =>
        {
            options.UseNpgsql(builder.Configuration.GetConnectionString("Store"));
            options.UseOpenIddict();
        });
        builder.Services.AddIdentity<IdentityUser, IdentityRole>().AddEntityFrameworkStores<PeerStore>().AddDefaultTokenProviders();
        builder.Services.ConfigureApplicationCookie(options => options.LoginPath = SignInForm.Path);
        builder.Services.AddAuthorization();
        builder.Services.AddAntiforgery();
        builder.Services.AddOpenIddict()
            .AddCore(core => core.UseEntityFrameworkCore().UseDbContext<PeerStore>())
            .AddServer(AddServer);
    }

    private static void AddServer(OpenIddictServerBuilder server)
    {
        server.SetAuthorizationEndpointUris("connect/authorize")
            .SetTokenEndpointUris("connect/token")
            .SetUserInfoEndpointUris("connect/userinfo")
            .SetIntrospectionEndpointUris("connect/introspect");
        server.AllowAuthorizationCodeFlow().AllowRefreshTokenFlow().AllowClientCredentialsFlow()
            .RequireProofKeyForCodeExchange()
            .RegisterScopes(ScopeNames);
        server.AddEphemeralSigningKey(SecurityAlgorithms.EcdsaSha256).AddEphemeralEncryptionKey().DisableAccessTokenEncryption();
        server.UseAspNetCore()
            .EnableAuthorizationEndpointPassthrough()
            .EnableTokenEndpointPassthrough()
            .EnableUserInfoEndpointPassthrough()
            .DisableTransportSecurityRequirement();
    }
}
