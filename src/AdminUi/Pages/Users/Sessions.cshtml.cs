using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using UserDomain.AdminUi.Access;
using UserDomain.AdminUi.ApiClients;
using UserDomain.AdminUi.Resources;
using UserDomain.Contracts;
using UserDomain.ServiceDefaults.Lists;

namespace UserDomain.AdminUi.Pages.Users;

[Requires(Scopes.SessionsRead)]
internal sealed class SessionsModel(UsersClient users, SessionsClient sessions, IStringLocalizer<Text> text) : UserPage(users)
{
    [BindProperty(SupportsGet = true)]
    public string? Cursor { get; set; }

    public Page<SessionResponse>? Sessions { get; private set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (await LoadAsync(cancellationToken))
        {
            var found = await sessions.ListAsync(Id, null, Cursor, ListSize, cancellationToken);
            Sessions = Problem is null ? Take(found) : found.Value;
        }

        return Show();
    }

    public async Task<IActionResult> OnPostCloseAllAsync(CancellationToken cancellationToken) =>
        Take(await sessions.CloseAllAsync(Id, cancellationToken)) is { } count
            ? Done(count.Closed == 1 ? text["One session was closed."] : text["{0} sessions were closed.", count.Closed], "/Users/Sessions", new { Id })
            : await OnGetAsync(cancellationToken);
}
