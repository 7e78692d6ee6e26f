using Microsoft.AspNetCore.Mvc;
using UserDomain.AdminUi.Access;
using UserDomain.AdminUi.ApiClients;
using UserDomain.Contracts;

namespace UserDomain.AdminUi.Pages.Audit;

[Requires(Scopes.AuditRead)]
internal sealed class DetailsModel(AuditClient audit) : ConsolePage
{
    [BindProperty(SupportsGet = true)]
    public Guid Id { get; set; }

    public AuditEventResponse? Event { get; private set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        Event = Take(await audit.GetAsync(Id, cancellationToken));
        return Show();
    }
}
