using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using UserDomain.AdminUi.Access;
using UserDomain.AdminUi.ApiClients;
using UserDomain.AdminUi.Resources;
using UserDomain.Contracts;

namespace UserDomain.AdminUi.Pages.Users;

[Requires(Scopes.UsersWrite)]
internal sealed class EditModel(UsersClient users, IStringLocalizer<Text> text) : UserPage(users)
{
    [BindProperty]
    public UserInput Input { get; set; } = new();

    /// <summary>The version the form was filled from.</summary>
    [BindProperty]
    public long Version { get; set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (await LoadAsync(cancellationToken))
        {
            Input = UserInput.Of(Person!);
            Version = Person!.Version;
        }

        return Show();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (Input.UnreadableAttribute() is { } line)
        {
            ModelState.AddModelError("Input.Attributes", text["“{0}” is not of the form name=value.", line]);
        }
        else if (Take(await Users.UpdateAsync(Id, Input.ToUpdate(), Version, cancellationToken)) is { } user)
        {
            return Done(text["{0} was saved.", user.Name], "/Users/Details", new { Id });
        }

        return Page();
    }
}
