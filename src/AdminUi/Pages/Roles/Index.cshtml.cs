using Microsoft.AspNetCore.Mvc;
using UserDomain.AdminUi.Access;
using UserDomain.AdminUi.ApiClients;
using UserDomain.Contracts;
using UserDomain.ServiceDefaults.Lists;

namespace UserDomain.AdminUi.Pages.Roles;

[Requires(Scopes.RolesRead)]
internal sealed class IndexModel(RolesClient roles) : ConsolePage
{
    [BindProperty(SupportsGet = true)]
    public string? Query { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Cursor { get; set; }

    public Page<RoleResponse>? Roles { get; private set; }

    public async Task OnGetAsync(CancellationToken cancellationToken) =>
        Roles = Take(await roles.ListAsync(Query?.Trim(), Cursor, ListSize, cancellationToken));
}
