using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using UserDomain.AdminUi.Access;
using UserDomain.AdminUi.ApiClients;
using UserDomain.AdminUi.Resources;
using UserDomain.Contracts;

namespace UserDomain.AdminUi.Pages.Groups;

[Requires(Scopes.RolesWrite)]
internal sealed class DeleteModel(GroupsClient groups, IStringLocalizer<Text> text) : ConsolePage
{
    [BindProperty(SupportsGet = true)]
    public Guid Id { get; set; }

    public GroupResponse? Group { get; private set; }

    [BindProperty(Name = "confirmation")]
    public string? Confirmation { get; set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        Group = Take(await groups.GetAsync(Id, cancellationToken));
        return Show();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        Group = Take(await groups.GetAsync(Id, cancellationToken));
        if (Group is null)
        {
            return Page();
        }

        if (!string.Equals(Confirmation?.Trim(), Group.Name, StringComparison.OrdinalIgnoreCase))
        {
            ModelState.AddModelError("confirmation", text["This is not “{0}”. Nothing was deleted.", Group.Name]);
            return Page();
        }

        return Failed(await groups.DeleteAsync(Id, cancellationToken)) ? Page() : Done(text["Group {0} was deleted.", Group.Name], "/Groups/Index");
    }
}
