using Microsoft.AspNetCore.Authentication;
using UserDomain.IdentityStore.Sessions;

namespace UserDomain.IdentityServer.SignIn;

/// <summary>Signs people out: the session is closed with all its grants, and the cookie is dropped.</summary>
internal sealed class SignOutService(SessionCloser closer)
{
    public async Task SignOutAsync(HttpContext context, CurrentSession session, CancellationToken cancellationToken)
    {
        await closer.CloseAsync(sessions => sessions.Where(row => row.Id == session.Id), SessionCloseReasons.SignedOut, session.AsOrigin(), cancellationToken);
        await context.SignOutAsync(SessionCookie.SchemeName);
    }
}
