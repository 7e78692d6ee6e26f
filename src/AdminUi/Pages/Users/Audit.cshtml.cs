using Microsoft.AspNetCore.Mvc;
using UserDomain.AdminUi.Access;
using UserDomain.AdminUi.ApiClients;
using UserDomain.Contracts;
using UserDomain.ServiceDefaults.Lists;

namespace UserDomain.AdminUi.Pages.Users;

[Requires(Scopes.AuditRead)]
internal sealed class AuditModel(UsersClient users, AuditClient audit) : UserPage(users)
{
    /// <summary>Whether to show what the user did instead of what was done to them.</summary>
    [BindProperty(SupportsGet = true)]
    public bool Acting { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Cursor { get; set; }

    public Page<AuditEventResponse>? Events { get; private set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (await LoadAsync(cancellationToken))
        {
            var filter = Acting ? new AuditFilter(Actor: Id.ToString()) : new AuditFilter(Target: Id.ToString());
            Events = Take(await audit.ListAsync(filter, Cursor, ListSize, cancellationToken));
        }

        return Show();
    }
}
