using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using UserDomain.AdminUi.Access;
using UserDomain.AdminUi.ApiClients;
using UserDomain.AdminUi.Resources;
using UserDomain.Contracts;

namespace UserDomain.AdminUi.Pages.Users;

[Requires(Scopes.UsersWrite)]
internal sealed class CreateModel(UsersClient users, IStringLocalizer<Text> text) : ConsolePage
{
    [BindProperty]
    public UserInput Input { get; set; } = new();

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (Input.UnreadableAttribute() is { } line)
        {
            ModelState.AddModelError("Input.Attributes", text["“{0}” is not of the form name=value.", line]);
            return Page();
        }

        var created = await users.CreateAsync(Input.ToCreate(), Once, cancellationToken);
        return Take(created) is { } user ? Done(text["{0} was created.", user.Name], "/Users/Details", new { id = user.Id }) : Page();
    }
}
