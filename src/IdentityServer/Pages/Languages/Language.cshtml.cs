using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace UserDomain.IdentityServer.Pages.Languages;

/// <summary>
/// Takes the language a person chooses in the menu, and shows them the page again on which they chose it. It is a link and no form: a second token on each page would be taken
/// for that of the page's own form by whoever fills it in without looking.
/// </summary>
internal sealed class LanguageModel(PageLanguage language) : PageModel, IOwnLinksOnly
{
    [BindProperty(Name = SamePage.Language, SupportsGet = true)]
    public string? Chosen { get; set; }

    /// <summary>As it came; it may be anything.</summary>
    [BindProperty(Name = SamePage.Back, SupportsGet = true)]
    public string? Back { get; set; }

    public StatusCodeResult OnGet()
    {
        if (AccountLanguages.Find(Chosen) is not { } chosen)
        {
            return BadRequest();
        }

        language.Keep(HttpContext, chosen);
        Response.Headers.Location = ReturnUrl.Of(Back).Value;
        return StatusCode(StatusCodes.Status303SeeOther);
    }
}
