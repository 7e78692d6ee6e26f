using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using UserDomain.AdminUi.Access;
using UserDomain.AdminUi.ApiClients;
using UserDomain.AdminUi.Resources;
using UserDomain.Contracts;
using UserDomain.ServiceDefaults.Lists;

namespace UserDomain.AdminUi.Pages.Users;

[Requires(Scopes.RolesRead)]
internal sealed class RolesModel(UsersClient users, AssignmentsClient assignments, RolesClient roles, IStringLocalizer<Text> text) : UserPage(users)
{
    public Page<AssignmentResponse>? Assignments { get; private set; }

    public ApiResult<EffectivePermissions>? Effective { get; private set; }

    /// <summary>Roles that can still be given.</summary>
    public IReadOnlyList<RoleResponse> Available { get; private set; } = [];

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (!await LoadAsync(cancellationToken))
        {
            return Show();
        }

        var held = await assignments.ListAsync(Id, null, null, null, PageQuery.Max, cancellationToken);
        Assignments = Problem is null ? Take(held) : held.Value;
        Effective = await assignments.ExplainAsync(Id, cancellationToken);
        if (Access.Can(Scopes.RolesWrite) && (await roles.ListAsync(null, null, PageQuery.Max, cancellationToken)).Value is { } all)
        {
            Available = [.. all.Items.Where(role => Assignments?.Items.Any(assignment => assignment.Role.Id == role.Id.ToString()) != true)];
        }

        return Page();
    }

    public async Task<IActionResult> OnPostGiveAsync(Guid roleId, CancellationToken cancellationToken) =>
        Take(await assignments.CreateAsync(new(roleId, Id, null), cancellationToken)) is { } given
            ? Done(text["Role {0} was given.", given.Role.Name ?? given.Role.Id], "/Users/Roles", new { Id })
            : await OnGetAsync(cancellationToken);

    public async Task<IActionResult> OnPostTakeAsync(Guid assignmentId, CancellationToken cancellationToken) =>
        Failed(await assignments.DeleteAsync(assignmentId, cancellationToken))
            ? await OnGetAsync(cancellationToken)
            : Done(text["The role was taken away."], "/Users/Roles", new { Id });
}
