using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace UserDomain.IdentityServer.Pages.Languages;

/// <summary>Takes the language a person chooses in the menu, and shows them the page again on which they chose it.</summary>
internal sealed class LanguageModel(PageLanguage language) : PageModel
{
    [BindProperty(Name = "language")]
    public string? Chosen { get; set; }

    /// <summary>As it came; it may be anything.</summary>
    [BindProperty(Name = SamePage.Parameter)]
    public string? Back { get; set; }

    // There is nothing to see here: who comes by the address goes on.
    public IActionResult OnGet() => SeeOther(AccountPages.Home);

    public IActionResult OnPost()
    {
        if (AccountLanguages.Find(Chosen) is not { } chosen)
        {
            return BadRequest();
        }

        language.Keep(HttpContext, chosen);
        return SeeOther(ReturnUrl.Of(Back).Value);
    }

    private StatusCodeResult SeeOther(string url)
    {
        Response.Headers.Location = url;
        return StatusCode(StatusCodes.Status303SeeOther);
    }
}
