using System.Buffers.Text;
using System.Globalization;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.EntityFrameworkCore;
using UserDomain.Contracts;
using UserDomain.Database;
using UserDomain.IdentityStore;
using UserDomain.IdentityStore.Sessions;

namespace UserDomain.IdentityServer.SignIn;

/// <summary>
/// The sign-in cookie holds a random handle; who is signed in is a row in the store, read at each request (SES-01). A closed session
/// or a disabled user is therefore signed out at the next request.
/// </summary>
internal sealed class SessionCookie(TimeProvider time) : ITicketStore
{
    public const string Scheme = "session";

    private const string HandleProperty = "handle";
    private const int HandleBytes = 32;
    private static readonly TimeSpan SeenResolution = TimeSpan.FromMinutes(1);

    /// <summary>A new handle, and its hash for the row.</summary>
    public static (string Handle, byte[] Hash) CreateHandle()
    {
        var handle = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(HandleBytes));
        return (handle, Hash(handle));
    }

    /// <summary>Signs the browser in to a session that is in the store.</summary>
    public static Task SignInAsync(HttpContext context, Session session, string userName, string handle)
    {
        var properties = new AuthenticationProperties();
        properties.SetParameter(HandleProperty, handle);
        return context.SignInAsync(Scheme, Principal(session, userName), properties);
    }

    public Task<string> StoreAsync(AuthenticationTicket ticket) => Task.FromResult(
        ticket.Properties.GetParameter<string>(HandleProperty)
        ?? throw new InvalidOperationException("Sign in through SessionCookie.SignInAsync: a cookie needs a session in the store."));

    public Task RenewAsync(string key, AuthenticationTicket ticket) => Task.CompletedTask;

    // Closing a session is an act of its own, with its audit event; dropping the cookie is only its consequence.
    public Task RemoveAsync(string key) => Task.CompletedTask;

    public Task<AuthenticationTicket?> RetrieveAsync(string key) =>
        throw new NotSupportedException("The ticket is read in the scope of a request.");

    public async Task<AuthenticationTicket?> RetrieveAsync(string key, HttpContext httpContext, CancellationToken cancellationToken)
    {
        var store = httpContext.RequestServices.GetRequiredService<IdentityStoreContext>();
        var hash = Hash(key);
        var now = time.GetStoredNow();
        var found = await (
            from session in store.Sessions
            where session.HandleHash == hash && session.ClosedAt == null
            join user in store.Users on session.UserId equals user.Id
            where user.DisabledAt == null
            select new { session, user.UserName }).AsNoTracking().FirstOrDefaultAsync(cancellationToken);
        if (found is null || !found.session.IsOpen(now))
        {
            return null;
        }

        if (now - found.session.LastSeenAt > SeenResolution)
        {
            await store.Sessions.Where(session => session.Id == found.session.Id && session.ClosedAt == null).ExecuteUpdateAsync(set => set
                .SetProperty(session => session.LastSeenAt, now)
                .SetProperty(session => session.IdleExpiresAt, now + SessionOpener.IdleTime), cancellationToken);
        }

        return new AuthenticationTicket(Principal(found.session, found.UserName!), Scheme);
    }

    public Task<string> StoreAsync(AuthenticationTicket ticket, HttpContext httpContext, CancellationToken cancellationToken) => StoreAsync(ticket);

    public Task RenewAsync(string key, AuthenticationTicket ticket, HttpContext httpContext, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task RemoveAsync(string key, HttpContext httpContext, CancellationToken cancellationToken) => Task.CompletedTask;

    private static ClaimsPrincipal Principal(Session session, string userName) => new(new ClaimsIdentity(
    [
        new(TokenClaims.Subject, session.UserId.ToString()),
        new(TokenClaims.SessionId, session.Id.ToString()),
        new("name", userName),
        new(TokenClaims.AuthenticationTime, session.AuthenticatedAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), ClaimValueTypes.Integer64),
        .. session.AuthenticationMethods.Split(' ').Select(method => new Claim(TokenClaims.AuthenticationMethods, method)),
    ], Scheme, "name", roleType: null));

    private static byte[] Hash(string handle) => SHA256.HashData(Encoding.ASCII.GetBytes(handle));
}

/// <summary>Registers the cookie.</summary>
internal static class SessionCookieRegistration
{
    public static void AddSessionCookie(this IServiceCollection services, bool https)
    {
        services.AddSingleton<SessionCookie>();
        services.AddAuthentication(SessionCookie.Scheme).AddCookie(SessionCookie.Scheme, options =>
        {
            // The prefix binds the cookie to this host and needs TLS, which only a start on localhost may lack.
            options.Cookie.Name = https ? "__Host-session" : "user-domain.session";
            options.Cookie.SecurePolicy = https ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
            options.Cookie.HttpOnly = true;
            options.Cookie.SameSite = SameSiteMode.Lax;
            options.Cookie.Path = "/";
            options.ExpireTimeSpan = SessionOpener.AbsoluteTime;
            options.SlidingExpiration = false;
            options.LoginPath = "/account/sign-in";
            options.ReturnUrlParameter = "returnUrl";
        });
        services.AddOptions<CookieAuthenticationOptions>(SessionCookie.Scheme)
            .Configure<SessionCookie>((options, cookie) => options.SessionStore = cookie);
    }
}
