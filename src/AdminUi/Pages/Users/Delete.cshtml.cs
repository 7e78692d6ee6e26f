using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using UserDomain.AdminUi.Access;
using UserDomain.AdminUi.ApiClients;
using UserDomain.AdminUi.Resources;
using UserDomain.Contracts;

namespace UserDomain.AdminUi.Pages.Users;

[Requires(Scopes.UsersWrite)]
internal sealed class DeleteModel(UsersClient users, IStringLocalizer<Text> text) : UserPage(users)
{
    [BindProperty(Name = "confirmation")]
    public string? Confirmation { get; set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        await LoadAsync(cancellationToken);
        return Show();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (!await LoadAsync(cancellationToken))
        {
            return Page();
        }

        if (!string.Equals(Confirmation?.Trim(), Person!.UserName, StringComparison.OrdinalIgnoreCase))
        {
            ModelState.AddModelError("confirmation", text["This is not “{0}”. Nothing was deleted.", Person.UserName]);
            return Page();
        }

        return Failed(await Users.DeleteAsync(Id, cancellationToken)) ? Page() : Done(text["{0} was deleted.", Person.Name], "/Users/Index");
    }
}
