using System.Security.Cryptography;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using UserDomain.AdminUi.Access;
using UserDomain.AdminUi.ApiClients;

namespace UserDomain.AdminUi.Pages;

/// <summary>What the pages have in common: a problem beside the content, a notice after an act, and what the person may do.</summary>
internal abstract class ConsolePage : PageModel
{
    /// <summary>Rows on a page of a list.</summary>
    protected const int ListSize = 25;

    /// <summary>What the signed-in person may do.</summary>
    public ConsoleAccess Access => HttpContext.Features.GetRequiredFeature<ConsoleAccess>();

    /// <summary>Why the last call did not succeed; shown above the content.</summary>
    public ApiProblem? Problem { get; private set; }

    /// <summary>What was done, for the page after it.</summary>
    [TempData]
    public string? Notice { get; set; }

    /// <summary>Sent with a form that creates something, so that sending it twice creates it once.</summary>
    [BindProperty]
    public string? Once { get; set; }

    /// <summary>Remembers a problem for the page; true if there is one.</summary>
    protected bool Failed(ApiProblem? problem)
    {
        if (problem is null)
        {
            return false;
        }

        Problem = problem;
        foreach (var (member, messages) in problem.Errors ?? new Dictionary<string, string[]>())
        {
            foreach (var message in messages)
            {
                ModelState.AddModelError("Input." + member.Split('.', '[')[0], message);
            }
        }

        return true;
    }

    /// <summary>The value of an answer; its problem is remembered for the page.</summary>
    protected T? Take<T>(ApiResult<T> result)
        where T : class
    {
        Failed(result.Problem);
        return result.Value;
    }

    /// <summary>The page, or the 404 page if what it is about does not exist.</summary>
    protected IActionResult Show() => Problem is { IsNotFound: true } && Request.Method == HttpMethods.Get ? NotFound() : Page();

    /// <summary>Goes to a page and tells there what was done.</summary>
    protected IActionResult Done(string notice, string page, object? route = null)
    {
        Notice = notice;
        return RedirectToPage(page, route);
    }

    /// <summary>The value of <see cref="Once"/> for a form that has none yet.</summary>
    public string NewOnce() => Once ?? RandomNumberGenerator.GetHexString(32, lowercase: true);
}
