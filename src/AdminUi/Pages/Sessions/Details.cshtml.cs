using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using UserDomain.AdminUi.Access;
using UserDomain.AdminUi.ApiClients;
using UserDomain.AdminUi.Resources;
using UserDomain.Contracts;
using UserDomain.ServiceDefaults.Lists;

namespace UserDomain.AdminUi.Pages.Sessions;

[Requires(Scopes.SessionsRead)]
internal sealed class DetailsModel(SessionsClient sessions, AuditClient audit, IStringLocalizer<Text> text) : ConsolePage
{
    private const int Shown = 10;

    [BindProperty(SupportsGet = true)]
    public Guid Id { get; set; }

    public SessionResponse? Session { get; private set; }

    public ApiResult<Page<AuditEventResponse>>? Events { get; private set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        var session = await sessions.GetAsync(Id, cancellationToken);
        Session = Problem is null ? Take(session) : session.Value;
        Events = Session is not null && Access.Can(Scopes.AuditRead)
            ? await audit.ListAsync(new(Session: Id.ToString()), null, Shown, cancellationToken)
            : null;
        return Show();
    }

    /// <param name="back">The page the button was on.</param>
    /// <param name="cancellationToken">Ends with the request.</param>
    public async Task<IActionResult> OnPostCloseAsync(string? back, CancellationToken cancellationToken)
    {
        if (Failed(await sessions.CloseAsync(Id, cancellationToken)))
        {
            return await OnGetAsync(cancellationToken);
        }

        Notice = text["The session was closed."];
        return Url.IsLocalUrl(back) ? LocalRedirect(back) : RedirectToPage("/Sessions/Details", new { Id });
    }
}
