using Microsoft.AspNetCore.Mvc;
using UserDomain.AdminUi.Access;
using UserDomain.AdminUi.ApiClients;
using UserDomain.Contracts;
using UserDomain.ServiceDefaults.Lists;

namespace UserDomain.AdminUi.Pages.Groups;

[Requires(Scopes.RolesRead)]
internal sealed class IndexModel(GroupsClient groups) : ConsolePage
{
    [BindProperty(SupportsGet = true)]
    public string? Query { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Cursor { get; set; }

    public Page<GroupResponse>? Groups { get; private set; }

    public async Task OnGetAsync(CancellationToken cancellationToken) =>
        Groups = Take(await groups.ListAsync(Query?.Trim(), Cursor, ListSize, cancellationToken));
}
