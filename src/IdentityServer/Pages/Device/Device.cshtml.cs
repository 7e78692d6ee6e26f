using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Localization;
using UserDomain.IdentityServer.Pages.Parts;
using UserDomain.IdentityServer.Protocol.Device;
using UserDomain.IdentityServer.Resources;
using UserDomain.IdentityServer.SignIn;
using UserDomain.IdentityServer.Throttling;

namespace UserDomain.IdentityServer.Pages.Device;

/// <summary>Takes the code a device shows. Here, and nowhere else, it can be guessed: every attempt is counted before it is looked at (TOK-11, LOG-04).</summary>
internal sealed partial class DeviceModel(
    DeviceCodes devices, DeviceTickets tickets, AttemptThrottle throttle, IStringLocalizer<AccountText> text, ILogger<DeviceModel> logger) : AccountPage
{
    /// <summary>Notice for people whose device has stopped waiting while they looked at what it asks for.</summary>
    public const string Ended = "ended";

    private const int MostOfUser = 10;
    private const int MostOfAddress = 10;
    private const int MostOfAll = 1000;

    [BindProperty(Name = "user_code", SupportsGet = true)]
    public string? Given { get; set; }

    public Alert? Alert { get; private set; }

    public async Task<IActionResult> OnGetAsync(string? notice)
    {
        if (await CurrentSession.OfAsync(HttpContext) is null)
        {
            return SignInFirst();
        }

        // What came in a link is shown as a code or not at all.
        Given = UserCode.Read(Given) is { } code ? UserCode.Show(code) : null;
        return notice == Ended ? Wrong() : Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (await CurrentSession.OfAsync(HttpContext) is not { } session)
        {
            return SignInFirst();
        }

        // What cannot be a code is no guess.
        if (UserCode.Read(Given) is not { } code)
        {
            return Wrong();
        }

        var limits = LimitsOf(session);
        if (!await throttle.TryRaiseAsync(limits, cancellationToken))
        {
            return TooMany(session);
        }

        if (!await devices.IsWaitingAsync(code, cancellationToken))
        {
            return Wrong();
        }

        await throttle.LowerAsync(limits, cancellationToken);
        return SeeOther(QueryHelpers.AddQueryString(DeviceRegistration.VerificationPath, DeviceTicket.Parameter, tickets.Protect(new(code, session.Id))));
    }

    private StatusCodeResult SignInFirst() => SeeOther(QueryHelpers.AddQueryString(AccountPages.SignIn, "returnUrl",
        UserCode.Read(Given) is { } code ? QueryHelpers.AddQueryString(AccountPages.Device, "user_code", UserCode.Show(code)) : AccountPages.Device));

    private AttemptLimit[] LimitsOf(CurrentSession session) =>
    [
        new($"device-code:user:{session.UserId}", MostOfUser),
        new($"device-code:address:{AttemptThrottle.SourceOf(HttpContext.Connection.RemoteIpAddress)}", MostOfAddress),
        new("device-code:all", MostOfAll),
    ];

    // The same for a code that never was, one that has ended and one that was used (LOG-05).
    private PageResult Wrong()
    {
        Alert = new("device-error", text["Device.Wrong.Title"], text["Device.Wrong.Body"]);
        return Again();
    }

    private PageResult TooMany(CurrentSession session)
    {
        LogTooMany(session.UserId);
        Alert = new("device-error", text["Device.TooMany.Title"], text["Device.TooMany.Body"]);
        Response.Headers.RetryAfter = AttemptThrottle.Window.TotalSeconds.ToString(CultureInfo.InvariantCulture);
        return Again(StatusCodes.Status429TooManyRequests);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Too many wrong device codes; the last one was not looked at. It came from user {User}")]
    private partial void LogTooMany(Guid user);
}
