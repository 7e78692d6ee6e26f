using System.Diagnostics;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace UserDomain.AdminUi.Pages;

// Run in place of a page that failed, with that page's method and form: neither may be judged again.
[AllowAnonymous, IgnoreAntiforgeryToken]
internal sealed class ErrorModel : PageModel
{
    [BindProperty(SupportsGet = true)]
    public int Status { get; set; } = StatusCodes.Status500InternalServerError;

    public string SupportCode => Activity.Current?.TraceId.ToString() ?? HttpContext.TraceIdentifier;

    public void OnGet() => Answer();

    public void OnPost() => Answer();

    private void Answer()
    {
        Status = Status is >= StatusCodes.Status400BadRequest and < 600 ? Status : StatusCodes.Status404NotFound;
        Response.StatusCode = Status;
    }
}
