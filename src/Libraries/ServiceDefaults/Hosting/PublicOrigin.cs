using Microsoft.AspNetCore.Http;
using UserDomain.ServiceDefaults.Errors;

namespace UserDomain.ServiceDefaults.Hosting;

/// <summary>
/// Refuses a request for any host but ours and gives every other the scheme and host of the settings, so that nothing
/// further on can be steered by Host or forwarded headers (TOK-08). Health checks are asked by address and pass.
/// </summary>
internal sealed class PublicOrigin(RequestDelegate next, UserDomainSettings settings)
{
    private readonly HostString _host = HostString.FromUriComponent(settings.PublicUrl);
    private readonly RequestOrigin? _mtls = settings.Mtls is { } mtls ? new(mtls.Url) : null;

    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        if (!RequestOrigin.Is(settings.PublicUrl, request.Host))
        {
            if (_mtls is not null && RequestOrigin.Is(_mtls.Url, request.Host))
            {
                context.Features.Set(_mtls);
            }
            else if (!request.Path.StartsWithSegments("/health", StringComparison.Ordinal))
            {
                return Problem.Create(StatusCodes.Status400BadRequest, "unknown-host", "Unknown host",
                    $"This service answers for {settings.PublicUrl} only.").ExecuteAsync(context);
            }
        }

        request.Scheme = settings.PublicUrl.Scheme;
        request.Host = _host;
        return next(context);
    }
}
