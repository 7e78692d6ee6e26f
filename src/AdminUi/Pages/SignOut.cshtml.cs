using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using UserDomain.AdminUi.Access;
using UserDomain.AdminUi.SignIn;

namespace UserDomain.AdminUi.Pages;

/// <summary>Ends the console's session, then the one at the identity server (OpenID Connect RP-Initiated Logout 1.0).</summary>
[SignedInOnly]
internal sealed class SignOutModel : PageModel
{
    public IActionResult OnPost() =>
        SignOut(new AuthenticationProperties { RedirectUri = Url.Page("/SignedOut") }, SignInRegistration.Cookie, SignInRegistration.IdentityServer);
}
