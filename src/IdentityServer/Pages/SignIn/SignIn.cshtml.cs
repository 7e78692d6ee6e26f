using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using UserDomain.IdentityServer.Pages.Parts;
using UserDomain.IdentityServer.Protocol.Authorization;
using UserDomain.IdentityServer.Resources;
using UserDomain.IdentityServer.SignIn;
using UserDomain.IdentityServer.SignIn.Passwords;

namespace UserDomain.IdentityServer.Pages.SignIn;

internal sealed class SignInModel(SignInService signIn, GrantStore grants, HashingGate gate, IStringLocalizer<AccountText> text) : AccountPage
{
    /// <summary>Notice for people who have just set their password.</summary>
    public const string PasswordSet = "password-set";

    private const int MaxNameLength = 254;
    private const int MaxPasswordLength = 1024;

    [BindProperty(Name = "username")]
    public string? UserName { get; set; }

    [BindProperty(Name = "password")]
    public string? Password { get; set; }

    public Asker Asker { get; private set; } = Asker.OfProduct(text);

    public Alert? Alert { get; private set; }

    public async Task<IActionResult> OnGetAsync(string? notice, CancellationToken cancellationToken)
    {
        if (!ReturnUrl.IsAuthorization && await CurrentSession.OfAsync(HttpContext) is not null)
        {
            return SeeOther(ReturnUrl.Value);
        }

        UserName = ReturnUrl["login_hint"] is { Length: <= MaxNameLength } hint ? hint : null;
        Alert = notice == PasswordSet ? new("sign-in-notice", text["SignIn.PasswordSet.Title"], text["SignIn.PasswordSet.Body"], IsError: false) : null;
        await FindAskerAsync(cancellationToken);
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var client = await FindAskerAsync(cancellationToken);
        switch (await AttemptAsync(client, cancellationToken))
        {
            case SignInOutcome.SignedIn:
                return SeeOther(ReturnUrl.Value);
            case SignInOutcome.Busy:
                Alert = new("sign-in-error", text["Busy.Title"], text["Busy.Body"]);
                return Busy(gate.RetryAfter);
            default:
                Alert = new("sign-in-error", text["SignIn.Refused.Title"], text["SignIn.Refused.Body"], SupportCode: SupportCode.Current);
                return Again();
        }
    }

    private async Task<SignInOutcome> AttemptAsync(Client? client, CancellationToken cancellationToken) =>
        UserName is { Length: <= MaxNameLength } name && Password is { Length: <= MaxPasswordLength } password
            ? await signIn.SignInAsync(HttpContext, name, password, client?.ClientId, cancellationToken)
            : SignInOutcome.Refused;

    private async Task<Client?> FindAskerAsync(CancellationToken cancellationToken)
    {
        var client = ReturnUrl.IsAuthorization && ReturnUrl["client_id"] is { } id ? await grants.TryFindClientAsync(id, cancellationToken) : null;
        Asker = client is null ? Asker : Asker.OfClient(client, text["SignIn.Asks"]);
        return client;
    }
}
