using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using UserDomain.AdminUi.Access;
using UserDomain.AdminUi.ApiClients;
using UserDomain.AdminUi.Resources;
using UserDomain.Contracts;

namespace UserDomain.AdminUi.Pages.Roles;

[Requires(Scopes.RolesWrite)]
internal sealed class DeleteModel(RolesClient roles, IStringLocalizer<Text> text) : ConsolePage
{
    [BindProperty(SupportsGet = true)]
    public Guid Id { get; set; }

    public RoleResponse? Role { get; private set; }

    [BindProperty(Name = "confirmation")]
    public string? Confirmation { get; set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        Role = Take(await roles.GetAsync(Id, cancellationToken));
        return Show();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        Role = Take(await roles.GetAsync(Id, cancellationToken));
        if (Role is null)
        {
            return Page();
        }

        if (!string.Equals(Confirmation?.Trim(), Role.Name, StringComparison.OrdinalIgnoreCase))
        {
            ModelState.AddModelError("confirmation", text["This is not “{0}”. Nothing was deleted.", Role.Name]);
            return Page();
        }

        return Failed(await roles.DeleteAsync(Id, cancellationToken)) ? Page() : Done(text["Role {0} was deleted.", Role.Name], "/Roles/Index");
    }
}
