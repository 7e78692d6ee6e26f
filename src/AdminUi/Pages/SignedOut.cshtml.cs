using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace UserDomain.AdminUi.Pages;

[AllowAnonymous]
internal sealed class SignedOutModel : PageModel
{
    [BindProperty(SupportsGet = true)]
    public bool Failed { get; set; }
}
