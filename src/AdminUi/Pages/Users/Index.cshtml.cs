using Microsoft.AspNetCore.Mvc;
using UserDomain.AdminUi.Access;
using UserDomain.AdminUi.ApiClients;
using UserDomain.Contracts;
using UserDomain.ServiceDefaults.Lists;

namespace UserDomain.AdminUi.Pages.Users;

[Requires(Scopes.UsersRead)]
internal sealed class IndexModel(UsersClient users) : ConsolePage
{
    [BindProperty(SupportsGet = true)]
    public string? Query { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Cursor { get; set; }

    public Page<UserResponse>? Users { get; private set; }

    public async Task OnGetAsync(CancellationToken cancellationToken) =>
        Users = Take(await users.ListAsync(Query?.Trim(), Cursor, ListSize, cancellationToken));
}
