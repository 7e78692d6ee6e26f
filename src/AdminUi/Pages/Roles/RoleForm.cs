using Microsoft.AspNetCore.Mvc;
using UserDomain.AdminUi.ApiClients;
using UserDomain.ServiceDefaults.Lists;

namespace UserDomain.AdminUi.Pages.Roles;

/// <summary>The form of a role.</summary>
internal sealed class RoleInput
{
    private const int MostMinutes = 1_000_000;

    public string? Name { get; set; }

    public string? Description { get; set; }

    public List<string> Permissions { get; set; } = [];

    public List<string> Includes { get; set; } = [];

    /// <summary>Minutes without use after which sessions end; null for what the product says.</summary>
    public decimal? SessionIdleTimeout { get; set; }

    /// <summary>Minutes after which they end in any case; null for what the product says.</summary>
    public decimal? SessionLifetime { get; set; }

    public static RoleInput Of(RoleResponse role) => new()
    {
        Name = role.Name,
        Description = role.Description,
        Permissions = [.. role.Permissions],
        Includes = [.. role.Includes],
        SessionIdleTimeout = role.SessionIdleTimeout / 60m,
        SessionLifetime = role.SessionLifetime / 60m,
    };

    public RoleRequest ToRequest() => new(
        Name?.Trim(), Description?.Trim() ?? "", Permissions, Includes,
        SecondsOf(SessionIdleTimeout) ?? RoleRequest.LongestIdleTimeout, SecondsOf(SessionLifetime) ?? RoleRequest.LongestLifetime);

    // What is too much for a number is too much for the API as well, which says so.
    private static int? SecondsOf(decimal? minutes) => minutes is { } some ? (int)(Math.Clamp(some, -1, MostMinutes) * 60) : null;
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
