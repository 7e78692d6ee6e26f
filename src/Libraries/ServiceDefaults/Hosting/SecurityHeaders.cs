using Microsoft.AspNetCore.Http;

namespace UserDomain.ServiceDefaults.Hosting;

/// <summary>Headers every answer carries (WEB-01, TOK-09). Pages add their content security policy, static files their caching.</summary>
internal sealed class SecurityHeaders(RequestDelegate next, UserDomainSettings settings)
{
    public Task InvokeAsync(HttpContext context)
    {
        context.Response.OnStarting(static state =>
        {
            var (response, https) = ((HttpResponse, bool))state;
            var headers = response.Headers;
            headers.XContentTypeOptions = "nosniff";
            headers["Referrer-Policy"] = "no-referrer";
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
            if (headers.CacheControl.Count == 0)
            {
                headers.CacheControl = "no-store";
            }

            if (headers.ContentSecurityPolicy.Count == 0)
            {
                headers.ContentSecurityPolicy = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'";
            }

            if (https)
            {
                headers.StrictTransportSecurity = "max-age=31536000";
            }

            return Task.CompletedTask;
        }, (context.Response, settings.PublicUrl.Scheme == Uri.UriSchemeHttps));
        return next(context);
    }
}
