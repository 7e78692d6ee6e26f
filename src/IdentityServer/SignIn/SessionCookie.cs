using System.Buffers.Text;
using System.Globalization;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using UserDomain.Contracts;
using UserDomain.Database;
using UserDomain.IdentityStore;
using UserDomain.IdentityStore.Sessions;
using UserDomain.IdentityStore.Users;

namespace UserDomain.IdentityServer.SignIn;

/// <summary>
/// The sign-in cookie is a random handle and nothing else; who is signed in is a row in the store, read at each request (SES-01). A closed
/// session or a disabled user is therefore signed out at the next request.
/// </summary>
internal sealed class SessionCookie(
    IOptionsMonitor<SessionCookieOptions> options, ILoggerFactory logger, UrlEncoder encoder, IdentityStoreContext store, SessionQuery query, SessionLimits limits,
    TimeProvider time)
    : SignInAuthenticationHandler<SessionCookieOptions>(options, logger, encoder)
{
    public const string SchemeName = "session";

    private const string HandleProperty = "handle";
    private const int HandleBytes = 32;
    private static readonly TimeSpan SeenResolution = TimeSpan.FromMinutes(1);

    /// <summary>A new handle, and its hash for the row.</summary>
    public static (string Handle, byte[] Hash) CreateHandle()
    {
        var handle = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(HandleBytes));
        return (handle, HashOf(handle));
    }

    /// <summary>Signs the browser in to a session that is in the store.</summary>
    public static Task SignInAsync(HttpContext context, Session session, User user, string handle)
    {
        var properties = new AuthenticationProperties();
        properties.SetParameter(HandleProperty, handle);
        return context.SignInAsync(SchemeName, Principal(session, user.UserName!, user.Version), properties);
    }

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (!Request.Cookies.TryGetValue(Options.CookieName, out var handle) || handle.Length > 2 * HandleBytes)
        {
            return AuthenticateResult.NoResult();
        }

        var now = time.GetStoredNow();
        if (await query.FindAsync(store, HashOf(handle), Context.RequestAborted) is not { } found || !found.Session.IsOpen(now))
        {
            return AuthenticateResult.NoResult();
        }

        // Seen within the last minute it cannot be idle by any limit there is: those are asked for when the use of it is noted.
        if (now - found.Session.LastSeenAt > ResolutionOf(found.Session) && !await NoteUseAsync(found.Session, now, Context.RequestAborted))
        {
            return AuthenticateResult.NoResult();
        }

        return AuthenticateResult.Success(new AuthenticationTicket(Principal(found.Session, found.UserName, found.UserVersion), SchemeName));
    }

    protected override Task HandleSignInAsync(ClaimsPrincipal user, AuthenticationProperties? properties)
    {
        Response.Cookies.Append(Options.CookieName, properties?.GetParameter<string>(HandleProperty)
            ?? throw new InvalidOperationException("Sign in through SessionCookie.SignInAsync: a cookie needs a session in the store."), Options.Cookie);
        return Task.CompletedTask;
    }

    // Closing the session is an act of its own, with its audit event; dropping the cookie is only its consequence.
    protected override Task HandleSignOutAsync(AuthenticationProperties? properties)
    {
        Response.Cookies.Delete(Options.CookieName, Options.Cookie);
        return Task.CompletedTask;
    }

    // A short limit would be used up by what is not noted.
    private static TimeSpan ResolutionOf(Session session) => TimeSpan.FromTicks(Math.Min(SeenResolution.Ticks, (session.IdleExpiresAt - session.LastSeenAt).Ticks / 4));

    // False when the roles the user holds by now do not allow it any more: a session opened while they were given may have missed the change.
    private async Task<bool> NoteUseAsync(Session session, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var limit = await limits.OfUserAsync(store, session.UserId, cancellationToken);
        if (!limit.Allows(session, now))
        {
            return false;
        }

        var end = session.CreatedAt + limit.Lifetime;
        await store.Sessions.Where(row => row.Id == session.Id && row.ClosedAt == null).ExecuteUpdateAsync(set => set
            .SetProperty(row => row.LastSeenAt, now)
            .SetProperty(row => row.IdleExpiresAt, now + limit.Idle)
            .SetProperty(row => row.ExpiresAt, row => row.ExpiresAt < end ? row.ExpiresAt : end), cancellationToken);
        return true;
    }

    private static ClaimsPrincipal Principal(Session session, string userName, long userVersion) => new(new ClaimsIdentity(
    [
        new(TokenClaims.Subject, session.UserId.ToString()),
        new(TokenClaims.SessionId, session.Id.ToString()),
        new("name", userName),
        new(TokenClaims.Version, userVersion.ToString(CultureInfo.InvariantCulture), ClaimValueTypes.Integer64),
        new(TokenClaims.AuthenticationTime, session.AuthenticatedAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), ClaimValueTypes.Integer64),
        .. session.AuthenticationMethods.Split(' ').Select(method => new Claim(TokenClaims.AuthenticationMethods, method)),
    ], SchemeName, "name", roleType: null));

    private static byte[] HashOf(string handle) => SHA256.HashData(Encoding.UTF8.GetBytes(handle));
}

/// <summary>Name and protection of the cookie.</summary>
internal sealed class SessionCookieOptions : AuthenticationSchemeOptions
{
    public string CookieName { get; set; } = "";

    public CookieOptions Cookie { get; set; } = new();
}

/// <summary>Registers the cookie.</summary>
internal static class SessionCookieRegistration
{
    public static void AddSessionCookie(this IServiceCollection services, bool https)
    {
        services.AddSingleton<SessionQuery>();

        // No scheme by default: who is signed in is asked where it matters, not at each request of a client.
        services.AddAuthentication().AddScheme<SessionCookieOptions, SessionCookie>(SessionCookie.SchemeName, options =>
        {
            // The prefix binds the cookie to this host and needs TLS, which only a start on localhost may lack.
            options.CookieName = https ? "__Host-session" : "user-domain.session";
            options.Cookie = new() { Secure = https, HttpOnly = true, SameSite = SameSiteMode.Lax, Path = "/", IsEssential = true };
        });
    }
}
