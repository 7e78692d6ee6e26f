using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using UserDomain.AdminUi.Access;
using UserDomain.AdminUi.ApiClients;
using UserDomain.AdminUi.Resources;
using UserDomain.Contracts;

namespace UserDomain.AdminUi.Pages.Roles;

[Requires(Scopes.RolesWrite)]
internal sealed class EditModel(RolesClient roles, IStringLocalizer<Text> text) : RoleForm(roles)
{
    [BindProperty(SupportsGet = true)]
    public Guid Id { get; set; }

    /// <summary>The version the form was filled from.</summary>
    [BindProperty]
    public long Version { get; set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (Take(await Roles.GetAsync(Id, cancellationToken)) is not { } role)
        {
            return Show();
        }

        Input = RoleInput.Of(role);
        Version = role.Version;
        await LoadChoicesAsync(role.Name, cancellationToken);
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (Take(await Roles.UpdateAsync(Id, Input.ToRequest(), Version, cancellationToken)) is { } role)
        {
            return Done(text["Role {0} was saved.", role.Name], "/Roles/Details", new { Id });
        }

        await LoadChoicesAsync(Input.Name, cancellationToken);
        return Page();
    }
}
