using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using UserDomain.AdminUi.Access;
using UserDomain.AdminUi.ApiClients;
using UserDomain.AdminUi.Resources;
using UserDomain.Contracts;

namespace UserDomain.AdminUi.Pages.Groups;

[Requires(Scopes.RolesWrite)]
internal sealed class EditModel(GroupsClient groups, IStringLocalizer<Text> text) : ConsolePage
{
    [BindProperty(SupportsGet = true)]
    public Guid Id { get; set; }

    [BindProperty]
    public GroupInput Input { get; set; } = new();

    /// <summary>The version the form was filled from.</summary>
    [BindProperty]
    public long Version { get; set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (Take(await groups.GetAsync(Id, cancellationToken)) is { } group)
        {
            Input = new() { Name = group.Name, Description = group.Description };
            Version = group.Version;
        }

        return Show();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken) =>
        Take(await groups.UpdateAsync(Id, Input.ToRequest(), Version, cancellationToken)) is { } group
            ? Done(text["Group {0} was saved.", group.Name], "/Groups/Details", new { Id })
            : Page();
}
