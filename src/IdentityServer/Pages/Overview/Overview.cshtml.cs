using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;
using UserDomain.Database;
using UserDomain.IdentityServer.Pages.Parts;
using UserDomain.IdentityServer.SignIn;
using UserDomain.IdentityStore;

namespace UserDomain.IdentityServer.Pages.Overview;

internal sealed class OverviewModel(IdentityStoreContext store, TimeProvider time) : AccountPage
{
    private const int MaxSessions = 20;

    public Person Person { get; private set; } = null!;

    public IReadOnlyList<OpenSession> Sessions { get; private set; } = [];

    public DateTimeOffset Now { get; private set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (await CurrentSession.OfAsync(HttpContext) is not { } session)
        {
            return SeeOther(QueryHelpers.AddQueryString(AccountPages.SignIn, "returnUrl", AccountPages.Home));
        }

        Now = time.GetStoredNow();
        Person = await Person.OfAsync(store, session.UserId, cancellationToken);
        Sessions = await SessionsOfAsync(session, cancellationToken);
        return Page();
    }

    // This browser first, then the latest: whoever looks here wants to know about the others.
    private async Task<IReadOnlyList<OpenSession>> SessionsOfAsync(CurrentSession current, CancellationToken cancellationToken)
    {
        var rows = await store.Sessions
            .Where(row => row.UserId == current.UserId && row.ClosedAt == null && row.IdleExpiresAt > Now && row.ExpiresAt > Now)
            .OrderByDescending(row => row.Id == current.Id).ThenByDescending(row => row.CreatedAt)
            .Take(MaxSessions)
            .Select(row => new { row.Id, row.UserAgent, row.CreatedAt })
            .ToListAsync(cancellationToken);
        return [.. rows.Select(row => new OpenSession(Browser.Of(row.UserAgent), row.CreatedAt, row.Id == current.Id))];
    }

    /// <summary>Where somebody is signed in.</summary>
    internal sealed record OpenSession(Browser Browser, DateTimeOffset Since, bool IsHere);
}
