using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using UserDomain.AdminUi.Access;
using UserDomain.AdminUi.ApiClients;
using UserDomain.AdminUi.Resources;
using UserDomain.Contracts;
using UserDomain.ServiceDefaults.Lists;

namespace UserDomain.AdminUi.Pages.Users;

[Requires(Scopes.UsersRead)]
internal sealed class DetailsModel(
    UsersClient users, AssignmentsClient assignments, SessionsClient sessions, AuditClient audit, IStringLocalizer<Text> text)
    : UserPage(users)
{
    private const int Shown = 5;

    /// <summary>A link that was just made: shown on this page once and nowhere kept.</summary>
    [TempData]
    public string? PasswordLink { get; set; }

    [TempData]
    public DateTime? PasswordLinkEnds { get; set; }

    public ApiResult<EffectivePermissions>? Effective { get; private set; }

    public ApiResult<Page<SessionResponse>>? Sessions { get; private set; }

    public ApiResult<Page<AuditEventResponse>>? Events { get; private set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (!await LoadAsync(cancellationToken))
        {
            return Show();
        }

        Effective = Access.Can(Scopes.RolesRead) ? await assignments.ExplainAsync(Id, cancellationToken) : null;
        Sessions = Access.Can(Scopes.SessionsRead) ? await sessions.ListAsync(Id, SessionStates.Open, null, Shown, cancellationToken) : null;
        Events = Access.Can(Scopes.AuditRead)
            ? await audit.ListAsync(new(Target: Id.ToString()), null, Shown, cancellationToken)
            : null;
        return Page();
    }

    public async Task<IActionResult> OnPostDisableAsync(CancellationToken cancellationToken) =>
        Take(await Users.DisableAsync(Id, cancellationToken)) is { } user
            ? Done(text["{0} is disabled and signed out everywhere.", user.Name], "/Users/Details", new { Id })
            : await OnGetAsync(cancellationToken);

    public async Task<IActionResult> OnPostEnableAsync(CancellationToken cancellationToken) =>
        Take(await Users.EnableAsync(Id, cancellationToken)) is { } user
            ? Done(text["{0} may sign in again.", user.Name], "/Users/Details", new { Id })
            : await OnGetAsync(cancellationToken);

    public async Task<IActionResult> OnPostPasswordLinkAsync(CancellationToken cancellationToken)
    {
        if (Take(await Users.CreatePasswordLinkAsync(Id, cancellationToken)) is not { } link)
        {
            return await OnGetAsync(cancellationToken);
        }

        PasswordLink = link.Url;
        PasswordLinkEnds = link.ExpiresAt.UtcDateTime;
        return RedirectToPage("/Users/Details", new { Id });
    }
}
