using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Core.Infrastructure;
using Microsoft.AspNetCore.Mvc.Filters;
using UserDomain.IdentityServer.Pages.Errors;
using UserDomain.ServiceDefaults.Hosting;

namespace UserDomain.IdentityServer.Pages;

/// <summary>A page that does something when it is opened, and is therefore opened by links of our own pages only.</summary>
internal interface IOwnLinksOnly;

/// <summary>
/// Gives every page its content security policy (WEB-01), and refuses forms another site sends, whatever token they carry (WEB-02).
/// </summary>
internal sealed class GuardPages(UserDomainSettings settings) : IAsyncPageFilter
{
    private readonly string _origin = settings.PublicUrl.GetLeftPart(UriPartial.Authority);

    public Task OnPageHandlerSelectionAsync(PageHandlerSelectedContext context) => Task.CompletedTask;

    public async Task OnPageHandlerExecutionAsync(PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
    {
        var http = context.HttpContext;
        string? clientAddress = null;
        if (context.HandlerInstance is AccountPage page)
        {
            page.ReturnUrl = await ReturnUrl.OfAsync(http, page.GivenReturnUrl);
            clientAddress = page.ReturnUrl.ClientAddress;
        }

        // What the protocol says about keeping, the tokens of the forms say more strictly, and would warn of it in the log.
        http.Response.Headers.CacheControl = default;
        http.Response.Headers.Pragma = default;
        http.Response.Headers.ContentSecurityPolicy = PageContentPolicy.For(clientAddress);
        if ((context.HandlerMethod is { HttpMethod: "Post" } || context.HandlerInstance is IOwnLinksOnly) && IsForeign(http.Request.Headers))
        {
            context.Result = new BadRequestResult();
            return;
        }

        await next();
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
