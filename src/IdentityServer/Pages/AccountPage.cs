using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using UserDomain.IdentityServer.Pages.Errors;
using UserDomain.IdentityServer.Pages.Parts;
using UserDomain.IdentityServer.Protocol.Authorization;

namespace UserDomain.IdentityServer.Pages;

/// <summary>What the pages that lead on to somewhere have in common.</summary>
internal abstract class AccountPage : PageModel
{
    /// <summary>As it came; use <see cref="ReturnUrl"/>.</summary>
    [BindProperty(Name = "returnUrl", SupportsGet = true)]
    public string? GivenReturnUrl { get; set; }

    /// <summary>Where the person goes on to.</summary>
    public ReturnUrl ReturnUrl { get; set; } = ReturnUrl.Account;

    /// <summary>A redirect that is followed by GET, so that no password is posted on (TOK-09).</summary>
    protected StatusCodeResult SeeOther(string url)
    {
        Response.Headers.Location = url;
        return StatusCode(StatusCodes.Status303SeeOther);
    }

    /// <summary>The page once more, saying that too much is going on.</summary>
    protected PageResult Busy(TimeSpan retryAfter)
    {
        Response.Headers.RetryAfter = Math.Ceiling(retryAfter.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        return Again(StatusCodes.Status503ServiceUnavailable);
    }

    /// <summary>The page once more, saying what to mend.</summary>
    protected PageResult Again(int status = StatusCodes.Status400BadRequest)
    {
        var page = Page();
        page.StatusCode = status;
        return page;
    }

    /// <summary>The client that asks, with its picture, which this page is then allowed to load.</summary>
    protected Asker ShowAsker(Client client, string note)
    {
        var logo = client.Links.Logo;
        Response.Headers.ContentSecurityPolicy = PageContentPolicy.For(ReturnUrl.ClientAddress, logo);
        return Asker.OfClient(client, note) with { Logo = logo };
    }

    /// <summary>The error page.</summary>
    protected StatusCodeResult Fail(PageFailure failure)
    {
        HttpContext.Items[typeof(PageFailure)] = failure;
        return StatusCode(StatusCodes.Status400BadRequest);
    }
}
