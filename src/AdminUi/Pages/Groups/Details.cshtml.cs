using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using UserDomain.AdminUi.Access;
using UserDomain.AdminUi.ApiClients;
using UserDomain.AdminUi.Resources;
using UserDomain.Contracts;
using UserDomain.ServiceDefaults.Lists;

namespace UserDomain.AdminUi.Pages.Groups;

[Requires(Scopes.RolesRead)]
internal sealed class DetailsModel(
    GroupsClient groups, UsersClient users, AssignmentsClient assignments, RolesClient roles, IStringLocalizer<Text> text) : ConsolePage
{
    [BindProperty(SupportsGet = true)]
    public Guid Id { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Cursor { get; set; }

    public GroupResponse? Group { get; private set; }

    public Page<GroupMember>? Members { get; private set; }

    public IReadOnlyList<AssignmentResponse> Held { get; private set; } = [];

    /// <summary>Roles that can still be given.</summary>
    public IReadOnlyList<RoleResponse> Available { get; private set; } = [];

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        var group = await groups.GetAsync(Id, cancellationToken);
        Group = Problem is null ? Take(group) : group.Value;
        if (Group is null)
        {
            return Show();
        }

        var members = await groups.ListMembersAsync(Id, Cursor, ListSize, cancellationToken);
        var held = await assignments.ListAsync(null, Id, null, null, PageQuery.Max, cancellationToken);
        Failed(Problem ?? members.Problem ?? held.Problem);
        Members = members.Value;
        Held = held.Value?.Items ?? [];
        if (Access.Can(Scopes.RolesWrite) && (await roles.ListAsync(null, null, PageQuery.Max, cancellationToken)).Value is { } all)
        {
            Available = [.. all.Items.Where(role => Held.All(assignment => assignment.Role.Id != role.Id.ToString()))];
        }

        return Page();
    }

    public async Task<IActionResult> OnPostAddAsync(string? user, CancellationToken cancellationToken)
    {
        var found = await users.FindAsync(user?.Trim() ?? "", cancellationToken);
        if (found.Value is not { } person)
        {
            Failed(found.Problem ?? ApiProblem.Local(text["Nobody found"], text["No user has the user name or e-mail address “{0}”.", user ?? ""]));
        }
        else if (!Failed(await groups.AddMemberAsync(Id, person.Id, cancellationToken)))
        {
            return Done(text["{0} is in the group.", person.Name], "/Groups/Details", new { Id });
        }

        return await OnGetAsync(cancellationToken);
    }

    public async Task<IActionResult> OnPostRemoveAsync(Guid userId, CancellationToken cancellationToken) =>
        Failed(await groups.RemoveMemberAsync(Id, userId, cancellationToken))
            ? await OnGetAsync(cancellationToken)
            : Done(text["The user was taken out of the group."], "/Groups/Details", new { Id });

    public async Task<IActionResult> OnPostGiveAsync(Guid roleId, CancellationToken cancellationToken) =>
        Take(await assignments.CreateAsync(new(roleId, null, Id), cancellationToken)) is { } given
            ? Done(text["Role {0} was given.", given.Role.Name ?? given.Role.Id], "/Groups/Details", new { Id })
            : await OnGetAsync(cancellationToken);

    public async Task<IActionResult> OnPostTakeAsync(Guid assignmentId, CancellationToken cancellationToken) =>
        Failed(await assignments.DeleteAsync(assignmentId, cancellationToken))
            ? await OnGetAsync(cancellationToken)
            : Done(text["The role was taken away."], "/Groups/Details", new { Id });
}
