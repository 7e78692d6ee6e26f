using Microsoft.AspNetCore.Mvc;
using UserDomain.AdminUi.ApiClients;
using UserDomain.ServiceDefaults.Lists;

namespace UserDomain.AdminUi.Pages.Roles;

/// <summary>The form of a role.</summary>
internal sealed class RoleInput
{
    public string? Name { get; set; }

    public string? Description { get; set; }

    public List<string> Permissions { get; set; } = [];

    public List<string> Includes { get; set; } = [];

    public RoleRequest ToRequest() => new(Name?.Trim(), Description?.Trim() ?? "", Permissions, Includes);
}

/// <summary>A page with the form of a role: what can be chosen in it.</summary>
internal abstract class RoleForm(RolesClient roles) : ConsolePage
{
    [BindProperty]
    public RoleInput Input { get; set; } = new();

    /// <summary>Permissions to choose from, those for one kind of thing together.</summary>
    public IReadOnlyList<IGrouping<string, PermissionResponse>> Permissions { get; private set; } = [];

    /// <summary>Roles that can be included.</summary>
    public IReadOnlyList<RoleResponse> Others { get; private set; } = [];

    protected RolesClient Roles => roles;

    /// <summary>Reads what can be chosen; a role cannot include itself.</summary>
    protected async Task LoadChoicesAsync(string? self, CancellationToken cancellationToken)
    {
        var permissions = await roles.ListPermissionsAsync(PageQuery.Max, cancellationToken);
        var others = await roles.ListAsync(null, null, PageQuery.Max, cancellationToken);
        Failed(Problem ?? permissions.Problem ?? others.Problem);
        Permissions = [.. (permissions.Value?.Items ?? []).GroupBy(permission => permission.Name.Split(':', '.')[0])];
        Others = [.. (others.Value?.Items ?? []).Where(role => role.Name != self)];
    }
}
