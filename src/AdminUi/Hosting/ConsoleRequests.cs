using UserDomain.ServiceDefaults.Hosting;

namespace UserDomain.AdminUi.Hosting;

/// <summary>What holds for every request: only below the path base, changes only from our own pages, and the policy of the pages.</summary>
internal sealed class ConsoleRequests(RequestDelegate next, UserDomainSettings settings)
{
    private const string Policy =
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
        + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    private readonly string _origin = settings.PublicUrl.GetLeftPart(UriPartial.Authority);

    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        if (!request.PathBase.HasValue)
        {
            // Health checks are asked at the root; every other path there belongs to another service.
            return request.Path.StartsWithSegments("/health", StringComparison.Ordinal)
                ? next(context)
                : Refuse(context, StatusCodes.Status404NotFound);
        }

        if (!IsSafe(request.Method) && !IsFromOurPages(request))
        {
            return Refuse(context, StatusCodes.Status400BadRequest);
        }

        context.Response.OnStarting(static state =>
        {
            var (response, changes) = ((HttpResponse, bool))state;
            response.Headers.ContentSecurityPolicy = Policy;
            if (changes && response.StatusCode == StatusCodes.Status302Found)
            {
                // A browser may repeat a POST on 302; after 303 it may not (RFC 9110 section 15.4.4).
                response.StatusCode = StatusCodes.Status303SeeOther;
            }

            return Task.CompletedTask;
        }, (context.Response, !IsSafe(request.Method)));
        return next(context);
    }

    private static Task Refuse(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    private static bool IsSafe(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method);

    // WEB-02. Under Referrer-Policy: no-referrer browsers send "Origin: null" with a form, so Sec-Fetch-Site decides where there is one.
    private bool IsFromOurPages(HttpRequest request)
    {
        if (request.Headers["Sec-Fetch-Site"] is { Count: > 0 } site)
        {
            return site == "same-origin" || site == "none";
        }

        return request.Headers.Origin is not { Count: > 0 } origin || origin == "null" || origin == _origin;
    }
}
