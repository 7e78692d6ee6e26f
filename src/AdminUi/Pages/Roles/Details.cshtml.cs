using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using UserDomain.AdminUi.Access;
using UserDomain.AdminUi.ApiClients;
using UserDomain.AdminUi.Resources;
using UserDomain.Contracts;
using UserDomain.ServiceDefaults.Lists;

namespace UserDomain.AdminUi.Pages.Roles;

[Requires(Scopes.RolesRead)]
internal sealed class DetailsModel(RolesClient roles, AssignmentsClient assignments, UsersClient users, IStringLocalizer<Text> text) : ConsolePage
{
    [BindProperty(SupportsGet = true)]
    public Guid Id { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Cursor { get; set; }

    public RoleResponse? Role { get; private set; }

    public ApiResult<Page<AssignmentResponse>>? Holders { get; private set; }

    /// <summary>What the role asks of sessions.</summary>
    public string SessionTimes(RoleResponse role)
    {
        string[] times =
        [
            .. role.SessionIdleTimeout is { } idle ? [text["after {0} min without use", idle / 60m].Value] : Array.Empty<string>(),
            .. role.SessionLifetime is { } lifetime ? [text["after {0} min in any case", lifetime / 60m].Value] : Array.Empty<string>(),
        ];
        return times.Length == 0 ? "–" : string.Join(", ", times);
    }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        var role = await roles.GetAsync(Id, cancellationToken);
        Role = Problem is null ? Take(role) : role.Value;
        Holders = Role is null ? null : await assignments.ListAsync(null, null, Id, Cursor, ListSize, cancellationToken);
        return Show();
    }

    public async Task<IActionResult> OnPostGiveAsync(string? user, CancellationToken cancellationToken)
    {
        var found = await users.FindAsync(user?.Trim() ?? "", cancellationToken);
        if (found.Value is not { } person)
        {
            Failed(found.Problem ?? ApiProblem.Local(text["Nobody found"], text["No user has the user name or e-mail address “{0}”.", user ?? ""]));
        }
        else if (Take(await assignments.CreateAsync(new(Id, person.Id, null), cancellationToken)) is not null)
        {
            return Done(text["The role was given to {0}.", person.Name], "/Roles/Details", new { Id });
        }

        return await OnGetAsync(cancellationToken);
    }

    public async Task<IActionResult> OnPostTakeAsync(Guid assignmentId, CancellationToken cancellationToken) =>
        Failed(await assignments.DeleteAsync(assignmentId, cancellationToken))
            ? await OnGetAsync(cancellationToken)
            : Done(text["The role was taken away."], "/Roles/Details", new { Id });
}
