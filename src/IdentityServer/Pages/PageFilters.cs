using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Core.Infrastructure;
using Microsoft.AspNetCore.Mvc.Filters;
using UserDomain.IdentityServer.Pages.Errors;
using UserDomain.ServiceDefaults.Hosting;

namespace UserDomain.IdentityServer.Pages;

/// <summary>
/// Gives every page its content security policy (WEB-01), and refuses forms another site sends, whatever token they carry (WEB-02).
/// </summary>
internal sealed class GuardPages(UserDomainSettings settings) : IPageFilter
{
    private readonly string _origin = settings.PublicUrl.GetLeftPart(UriPartial.Authority);

    public void OnPageHandlerExecuting(PageHandlerExecutingContext context)
    {
        var clientAddress = (context.HandlerInstance as AccountPage)?.ReturnUrl.ClientAddress;
        context.HttpContext.Response.Headers.ContentSecurityPolicy = PageContentPolicy.For(clientAddress);
        if (context.HandlerMethod is { HttpMethod: "Post" } && IsForeign(context.HttpContext.Request.Headers))
        {
            context.Result = new BadRequestResult();
        }
    }

    public void OnPageHandlerSelected(PageHandlerSelectedContext context)
    {
    }

    public void OnPageHandlerExecuted(PageHandlerExecutedContext context)
    {
    }

    private bool IsForeign(IHeaderDictionary headers)
    {
        if (headers["Sec-Fetch-Site"] is { Count: > 0 } site)
        {
            return site != "same-origin";
        }

        // Browsers too old to say it name "null" as the origin of our own forms, because the pages send no referrer.
        return headers.Origin is { Count: > 0 } origin && origin != "null" && origin != _origin;
    }
}

/// <summary>Notes that a form was refused for its token, so that the error page can say so.</summary>
internal sealed class NoteRefusedForms : IAlwaysRunResultFilter
{
    public void OnResultExecuting(ResultExecutingContext context)
    {
        if (context.Result is IAntiforgeryValidationFailedResult)
        {
            context.HttpContext.Items[typeof(PageFailure)] = PageFailure.OpenTooLong;
        }
    }

    public void OnResultExecuted(ResultExecutedContext context)
    {
    }
}
