using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Core.Infrastructure;
using Microsoft.AspNetCore.Mvc.Filters;
using UserDomain.IdentityServer.Pages.Errors;
using UserDomain.ServiceDefaults.Hosting;

namespace UserDomain.IdentityServer.Pages;

/// <summary>Gives every page its content security policy, and notes why a form was refused so that the error page can say it.</summary>
internal sealed class PageAnswers : IAlwaysRunResultFilter
{
    public void OnResultExecuting(ResultExecutingContext context)
    {
        var clientAddress = (context.Controller as AccountPage)?.ReturnUrl.ClientAddress;
        context.HttpContext.Response.Headers.ContentSecurityPolicy = PageContentPolicy.For(clientAddress);
        if (context.Result is IAntiforgeryValidationFailedResult)
        {
            context.HttpContext.Items[typeof(PageFailure)] = PageFailure.OpenTooLong;
        }
    }

    public void OnResultExecuted(ResultExecutedContext context)
    {
    }
}

/// <summary>
/// Refuses forms another site sends, whatever token they carry (WEB-02). Browsers that do not say where a form comes from may still
/// name its origin; ours is "null" for them, because the pages send no referrer.
/// </summary>
internal sealed class RefuseForeignForms(UserDomainSettings settings) : IPageFilter
{
    public void OnPageHandlerExecuting(PageHandlerExecutingContext context)
    {
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

        return headers.Origin is { Count: > 0 } origin && origin != "null" && origin != settings.PublicUrl.GetLeftPart(UriPartial.Authority);
    }
}
