using Microsoft.AspNetCore.Mvc;
using UserDomain.AdminUi.Access;
using UserDomain.AdminUi.ApiClients;
using UserDomain.Contracts;
using UserDomain.ServiceDefaults.Lists;

namespace UserDomain.AdminUi.Pages.Sessions;

[Requires(Scopes.SessionsRead)]
internal sealed class IndexModel(SessionsClient sessions) : ConsolePage
{
    private const string All = "all";

    /// <summary>Which sessions to show; the open ones unless something else is asked for.</summary>
    [BindProperty(SupportsGet = true)]
    public string? State { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Cursor { get; set; }

    public Page<SessionResponse>? Sessions { get; private set; }

    public string Shown => State is SessionStates.Closed or SessionStates.Expired or All ? State : SessionStates.Open;

    public async Task OnGetAsync(CancellationToken cancellationToken) =>
        Sessions = Take(await sessions.ListAsync(null, Shown == All ? null : Shown, Cursor, ListSize, cancellationToken));
}
