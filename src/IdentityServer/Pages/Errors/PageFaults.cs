using Microsoft.AspNetCore.Diagnostics;
using UserDomain.IdentityServer.Protocol.Authorization;
using UserDomain.IdentityServer.Protocol.Device;
using UserDomain.IdentityServer.Protocol.EndSession;

namespace UserDomain.IdentityServer.Pages.Errors;

/// <summary>Leaves faults to the error page where a person asked for a page, and to the caller of the API everywhere else.</summary>
internal sealed partial class PageFaults(RequestDelegate next, ILogger<PageFaults> logger)
{
    private static readonly PathString[] Protocol = ["/connect", "/.well-known", "/health", "/api"];

    public async Task InvokeAsync(HttpContext context)
    {
        if (!AsksForPage(context.Request))
        {
            context.Features.Get<IStatusCodePagesFeature>()!.Enabled = false;
            await next(context);
            return;
        }

        // No form may have a null character either, and PostgreSQL has no text with one.
        if (context.Request.QueryString.Value!.Contains("%00", StringComparison.Ordinal))
        {
            Answer(context.Response, StatusCodes.Status400BadRequest);
            return;
        }

        try
        {
            await next(context);
        }
        catch (BadHttpRequestException exception) when (!context.Response.HasStarted)
        {
            Answer(context.Response, exception.StatusCode);
        }
        catch (Exception exception) when (!context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
        {
            LogFailed(exception, context.Request.Path, SupportCode.Current);
            Answer(context.Response, StatusCodes.Status500InternalServerError);
        }
    }

    internal static bool AsksForPage(HttpRequest request)
    {
        var path = request.Path;
        return path == AuthorizationEndpoint.Path || path == EndSessionEndpoint.Path || path == DeviceRegistration.VerificationPath || path.StartsWithSegments(AccountPages.Home)
            || (!Protocol.Any(root => path.StartsWithSegments(root))
                && request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase));
    }

    private static void Answer(HttpResponse response, int status)
    {
        response.Clear();
        response.StatusCode = status;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The page at {Path} failed; the person sees support code {SupportCode}")]
    private partial void LogFailed(Exception exception, string path, string supportCode);
}
