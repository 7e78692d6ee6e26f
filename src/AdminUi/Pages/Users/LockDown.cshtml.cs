using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using UserDomain.AdminUi.Access;
using UserDomain.AdminUi.ApiClients;
using UserDomain.AdminUi.Resources;
using UserDomain.Contracts;

namespace UserDomain.AdminUi.Pages.Users;

[Requires(Scopes.UsersWrite)]
internal sealed class LockDownModel(UsersClient users, IStringLocalizer<Text> text) : UserPage(users)
{
    [BindProperty(Name = "confirmation")]
    public string? Confirmation { get; set; }

    [BindProperty(Name = "reason")]
    public string? Reason { get; set; }

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
            ModelState.AddModelError("confirmation", text["This is not “{0}”. Nothing was done.", Person.UserName]);
            return Page();
        }

        return Take(await Users.LockDownAsync(Id, Reason?.Trim(), cancellationToken)) is { } done
            ? Done(text["{0} is locked down. Sessions ended: {1}. Grants of applications: {2}.", Person.Name, done.Sessions, done.Grants], "/Users/Details", new { Id })
            : Page();
    }
}
