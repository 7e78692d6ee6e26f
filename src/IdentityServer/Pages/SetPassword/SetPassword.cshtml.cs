using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Localization;
using UserDomain.IdentityServer.Pages.Parts;
using UserDomain.IdentityServer.Pages.SignIn;
using UserDomain.IdentityServer.Resources;
using UserDomain.IdentityServer.SignIn;
using UserDomain.IdentityServer.SignIn.Passwords;

namespace UserDomain.IdentityServer.Pages.SetPassword;

/// <summary>Sets a password by a one-time link. It has two addresses: the first administrator's, and that of everybody who needs a new one.</summary>
internal sealed class SetPasswordModel(PasswordSetter setter, HashingGate gate, IStringLocalizer<AccountText> text) : AccountPage
{
    private const int MaxCodeLength = 128;

    [BindProperty(Name = "code", SupportsGet = true)]
    public string? Code { get; set; }

    [BindProperty(Name = "password")]
    public string? Password { get; set; }

    [BindProperty(Name = "passwordConfirmation")]
    public string? Confirmation { get; set; }

    /// <summary>Whose password it is; null when the link does not work any more.</summary>
    public string? UserName { get; private set; }

    public Alert? Alert { get; private set; }

    public IReadOnlyList<PasswordProblem> Problems { get; private set; } = [];

    public bool Differs { get; private set; }

    /// <summary>The last part of the address: id of the button, and where the texts differ.</summary>
    public string Act => Request.Path.StartsWithSegments("/account/set-up") ? "set-up" : "reset-password";

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken) =>
        await FindUserAsync(cancellationToken) ? Page() : LinkEnded();

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (!await FindUserAsync(cancellationToken))
        {
            return LinkEnded();
        }

        if (Password != Confirmation)
        {
            Differs = true;
            return Refuse("SetPassword.Differ");
        }

        var outcome = await setter.SetAsync(Code!, Password ?? "", cancellationToken);
        Problems = outcome.Problems;
        return outcome switch
        {
            { IsSet: true } => SeeOther(QueryHelpers.AddQueryString(AccountPages.SignIn, "notice", SignInModel.PasswordSet)),
            { LinkEnded: true } => LinkEnded(),
            { Busy: true } => RefuseBusy(),
            _ => Refuse("SetPassword.Refused"),
        };
    }

    private async Task<bool> FindUserAsync(CancellationToken cancellationToken)
    {
        UserName = Code is { Length: <= MaxCodeLength } code ? (await setter.FindUserAsync(code, cancellationToken))?.UserName : null;
        return UserName is not null;
    }

    // Gone: a link that does not work did once, and asking again does not help. A guessed code gets the same answer.
    private PageResult LinkEnded()
    {
        UserName = null;
        return Again(StatusCodes.Status410Gone);
    }

    private PageResult Refuse(string reason)
    {
        Alert = new($"{Act}-error", text[$"{reason}.Title"], text[$"{reason}.Body"]);
        return Again();
    }

    private PageResult RefuseBusy()
    {
        Alert = new($"{Act}-error", text["Busy.Title"], text["Busy.Body"]);
        return Busy(gate.RetryAfter);
    }
}
