using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;
using UserDomain.IdentityServer.Clients;
using UserDomain.IdentityServer.Pages.Consent;
using UserDomain.IdentityServer.Pages.Errors;
using UserDomain.IdentityServer.Pages.Parts;
using UserDomain.IdentityServer.Protocol.Device;
using UserDomain.IdentityServer.Resources;
using UserDomain.IdentityServer.SignIn;
using UserDomain.IdentityStore;
using UserDomain.IdentityStore.Devices;

namespace UserDomain.IdentityServer.Pages.Device;

/// <summary>
/// The end-user verification endpoint (RFC 8628 section 3.3): says what a device asks for and takes the answer. The person is asked whatever was
/// allowed before, and to compare the code, because the device may be somebody else's (section 5.4).
/// </summary>
internal sealed class VerifyModel(DeviceCodes devices, DeviceTickets tickets, IdentityStoreContext store, TimeProvider time, IStringLocalizer<AccountText> text) : AccountPage
{
    private const string Allow = "allow";

    [BindProperty(Name = DeviceTicket.Parameter, SupportsGet = true)]
    public string? Ticket { get; set; }

    [BindProperty(Name = "decision")]
    public string? Decision { get; set; }

    public Asker Asker { get; private set; } = null!;

    public ClientLinks Links { get; private set; } = null!;

    public Person Person { get; private set; } = null!;

    public string Code { get; private set; } = "";

    public IReadOnlyList<AskedScope> Asked { get; private set; } = [];

    public DeviceRequest? Origin { get; private set; }

    public DateTimeOffset Now { get; } = time.GetUtcNow();

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        var (refusal, question) = await FindQuestionAsync(cancellationToken);
        if (question is not var (device, session))
        {
            return refusal!;
        }

        Links = device.Client.Links;
        Asker = ShowAsker(device.Client, text["Verify.Asks"]);
        Person = await Person.OfAsync(store, session.UserId, cancellationToken);
        Code = UserCode.Show(device.Code);
        Asked = [.. device.Scopes.Select(scope => AskedScope.Of(scope, Person, text))];
        Origin = await store.DeviceRequests.AsNoTracking().FirstOrDefaultAsync(row => row.DeviceCodeId == device.DeviceCodeId, cancellationToken);
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var (refusal, question) = await FindQuestionAsync(cancellationToken);
        if (question is not var (device, session))
        {
            return refusal!;
        }

        var allowed = Decision == Allow;
        var counted = await (allowed
            ? devices.AllowAsync(HttpContext, device, session, cancellationToken)
            : devices.DenyAsync(device, session, cancellationToken));
        return counted ? SeeOther($"{AccountPages.Device}/{(allowed ? "allowed" : "denied")}") : StartAgain();
    }

    // The step before this one is the page that takes the code, which alone can make a ticket (LOG-10).
    private async Task<(IActionResult? Refusal, (WaitingDevice Device, CurrentSession Session)? Question)> FindQuestionAsync(CancellationToken cancellationToken)
    {
        if (HttpContext.GetOpenIddictServerResponse() is { Error.Length: > 0 })
        {
            return (BadRequest(), null);
        }

        if (await CurrentSession.OfAsync(HttpContext) is not { } session)
        {
            return (SeeOther(QueryHelpers.AddQueryString(AccountPages.SignIn, "returnUrl", AccountPages.Device)), null);
        }

        if (tickets.Read(Ticket) is not { } ticket || ticket.SessionId != session.Id)
        {
            return (Fail(PageFailure.OutOfOrder), null);
        }

        return await devices.FindAsync(HttpContext, ticket.Code, cancellationToken) is { } device ? (null, (device, session)) : (StartAgain(), null);
    }

    private StatusCodeResult StartAgain() => SeeOther(QueryHelpers.AddQueryString(AccountPages.Device, "notice", DeviceModel.Ended));
}
