using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using UserDomain.AdminUi.Access;
using UserDomain.AdminUi.ApiClients;
using UserDomain.AdminUi.Resources;
using UserDomain.Contracts;

namespace UserDomain.AdminUi.Pages.Groups;

[Requires(Scopes.RolesWrite)]
internal sealed class CreateModel(GroupsClient groups, IStringLocalizer<Text> text) : ConsolePage
{
    [BindProperty]
    public GroupInput Input { get; set; } = new();

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken) =>
        Take(await groups.CreateAsync(Input.ToRequest(), Once, cancellationToken)) is { } group
            ? Done(text["Group {0} was created.", group.Name], "/Groups/Details", new { id = group.Id })
            : Page();
}
