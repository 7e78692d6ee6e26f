using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;
using UserDomain.Database;
using UserDomain.IdentityServer.Pages.Parts;
using UserDomain.IdentityServer.SignIn;
using UserDomain.IdentityStore;
using UserDomain.IdentityStore.Sessions;

namespace UserDomain.IdentityServer.Pages.Overview;

internal sealed class OverviewModel(IdentityStoreContext store, SessionCloser closer, TimeProvider time) : AccountPage
{
    /// <summary>What is posted in place of a session to mean all but this one.</summary>
    public const string Others = "others";

    private const int MaxSessions = 20;

    public Person Person { get; private set; } = null!;

    public IReadOnlyList<OpenSession> Sessions { get; private set; } = [];

    public DateTimeOffset Now { get; private set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (await CurrentSession.OfAsync(HttpContext) is not { } session)
        {
            return SignInFirst();
        }

        Now = time.GetStoredNow();
        Person = await Person.OfAsync(store, session.UserId, cancellationToken);
        Sessions = await SessionsOfAsync(session, cancellationToken);
        return Page();
    }

    /// <summary>Ends other sessions of the person (SES-03). One that has ended meanwhile, or is somebody else's, is none of them.</summary>
    public async Task<IActionResult> OnPostAsync([FromForm(Name = "session")] string? ended, CancellationToken cancellationToken)
    {
        if (await CurrentSession.OfAsync(HttpContext) is not { } current)
        {
            return SignInFirst();
        }

        var id = Guid.TryParse(ended, out var named) ? named : Guid.Empty;
        await closer.CloseAsync(
            rows => rows.Where(row => row.UserId == current.UserId && row.Id != current.Id && (row.Id == id || ended == Others)),
            SessionCloseReasons.SignedOut, current.AsOrigin(), cancellationToken);
        return SeeOther(AccountPages.Home);
    }

    private StatusCodeResult SignInFirst() => SeeOther(QueryHelpers.AddQueryString(AccountPages.SignIn, "returnUrl", AccountPages.Home));

    // This browser first, then the latest: whoever looks here wants to know about the others.
    private async Task<IReadOnlyList<OpenSession>> SessionsOfAsync(CurrentSession current, CancellationToken cancellationToken)
    {
        var rows = await store.Sessions
            .Where(row => row.UserId == current.UserId && row.ClosedAt == null && row.IdleExpiresAt > Now && row.ExpiresAt > Now)
            .OrderByDescending(row => row.Id == current.Id).ThenByDescending(row => row.CreatedAt)
            .Take(MaxSessions)
            .Select(row => new { row.Id, row.UserAgent, row.Address, row.CreatedAt })
            .ToListAsync(cancellationToken);
        return [.. rows.Select(row => new OpenSession(row.Id, Browser.Of(row.UserAgent), row.Address, row.CreatedAt, row.Id == current.Id))];
    }

    /// <summary>Where somebody is signed in.</summary>
    internal sealed record OpenSession(Guid Id, Browser Browser, string? Address, DateTimeOffset Since, bool IsHere);
}
