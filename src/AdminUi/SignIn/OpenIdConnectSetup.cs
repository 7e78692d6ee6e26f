using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using UserDomain.Contracts;
using UserDomain.ServiceDefaults.Backchannel;
using UserDomain.ServiceDefaults.Hosting;
using UserDomain.ServiceDefaults.Secrets;

namespace UserDomain.AdminUi.SignIn;

/// <summary>Sign-in at our identity server: authorization code with PKCE, as any other client would (OpenID Connect Core 1.0 section 3.1).</summary>
internal sealed partial class OpenIdConnectSetup(
    UserDomainSettings settings, KeyEncryptionKey root, IHttpClientFactory clients, ILogger<OpenIdConnectSetup> logger)
    : IConfigureNamedOptions<OpenIdConnectOptions>
{
    /// <summary>Where people come back to with a code.</summary>
    public const string CallbackPath = "/signin-oidc";

    private static readonly string[] RequestedScopes =
    [
        "openid", "profile", "email", "offline_access",
        Scopes.UsersRead, Scopes.UsersWrite, Scopes.RolesRead, Scopes.RolesWrite,
        Scopes.SessionsRead, Scopes.SessionsWrite, Scopes.AuditRead,
    ];

    public void Configure(OpenIdConnectOptions options) => Configure(null, options);

    public void Configure(string? name, OpenIdConnectOptions options)
    {
        if (name != SignInRegistration.IdentityServer)
        {
            return;
        }

        options.SignInScheme = SignInRegistration.Cookie;
        options.ClientId = ServiceCredentials.ClientIdOf(Services.AdminUi);
        options.ClientSecret = ServiceCredentials.SecretOf(root, Services.AdminUi);
        options.ResponseType = OpenIdConnectResponseType.Code;
        // An answer by form post comes from another site as far as cookies are concerned, and a Lax cookie would stay away.
        options.ResponseMode = OpenIdConnectResponseMode.Query;
        options.UsePkce = true;
        // Else every request names the library and its version.
        options.DisableTelemetry = true;
        options.MapInboundClaims = false;
        options.SaveTokens = true;
        options.GetClaimsFromUserInfoEndpoint = true;
        options.CallbackPath = CallbackPath;
        options.SignedOutCallbackPath = "/signout-callback-oidc";
        options.RemoteSignOutPath = PathString.Empty;
        options.TokenValidationParameters.NameClaimType = "name";
        options.TokenValidationParameters.ValidIssuer = settings.Issuer;
        options.Scope.Clear();
        foreach (var scope in RequestedScopes)
        {
            options.Scope.Add(scope);
        }

        foreach (var claim in (string[])["name", "preferred_username", "email"])
        {
            options.ClaimActions.MapUniqueJsonKey(claim, claim);
        }

        ConfigureTransport(options);
        ConfigureEvents(options);
    }

    private void ConfigureTransport(OpenIdConnectOptions options)
    {
        var https = settings.PublicUrl.Scheme == Uri.UriSchemeHttps;
        options.Backchannel = clients.CreateClient(BackchannelClient.Name);
        options.RequireHttpsMetadata = https;
        options.ConfigurationManager = new ConfigurationManager<OpenIdConnectConfiguration>(
            new Uri(settings.PublicUrl, ".well-known/openid-configuration").AbsoluteUri,
            new OpenIdConnectConfigurationRetriever(),
            new HttpDocumentRetriever(options.Backchannel) { RequireHttps = https })
        {
            AutomaticRefreshInterval = TimeSpan.FromHours(1),
            RefreshInterval = TimeSpan.FromSeconds(30),
        };
        ConsoleCookies.Shape(options.CorrelationCookie, ".flow.", settings);
        ConsoleCookies.Shape(options.NonceCookie, ".nonce.", settings);
    }

    private void ConfigureEvents(OpenIdConnectOptions options)
    {
        options.Events.OnRedirectToIdentityProvider = context =>
        {
            var request = context.Request;
            if (!HttpMethods.IsGet(request.Method))
            {
                // Coming back is always a GET: to the page the form was on, not to its handler.
                context.Properties.RedirectUri = request.PathBase + request.Path;
            }

            return Task.CompletedTask;
        };
        options.Events.OnRemoteFailure = context =>
        {
            LogFailure(context.Failure?.Message ?? "no reason given");
            context.Response.Redirect(context.Request.PathBase + "/signed-out?failed=true");
            context.HandleResponse();
            return Task.CompletedTask;
        };
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Signing in at the identity server failed: {Reason}")]
    private partial void LogFailure(string reason);
}
