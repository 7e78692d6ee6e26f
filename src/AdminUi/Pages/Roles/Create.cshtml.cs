using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using UserDomain.AdminUi.Access;
using UserDomain.AdminUi.ApiClients;
using UserDomain.AdminUi.Resources;
using UserDomain.Contracts;

namespace UserDomain.AdminUi.Pages.Roles;

[Requires(Scopes.RolesWrite)]
internal sealed class CreateModel(RolesClient roles, IStringLocalizer<Text> text) : RoleForm(roles)
{
    public Task OnGetAsync(CancellationToken cancellationToken) => LoadChoicesAsync(null, cancellationToken);

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (Take(await Roles.CreateAsync(Input.ToRequest(), Once, cancellationToken)) is { } role)
        {
            return Done(text["Role {0} was created.", role.Name], "/Roles/Details", new { id = role.Id });
        }

        await LoadChoicesAsync(null, cancellationToken);
        return Page();
    }
}
