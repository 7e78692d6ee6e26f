using Microsoft.AspNetCore.Http;
using UserDomain.ServiceDefaults.Errors;

namespace UserDomain.ServiceDefaults.Hosting;

/// <summary>
/// Refuses a request for any host but the public one and gives every other the scheme and host of the settings, so that nothing
/// further on can be steered by Host or forwarded headers (TOK-08). Health checks are asked by address and pass.
/// </summary>
internal sealed class PublicOrigin(RequestDelegate next, UserDomainSettings settings)
{
    private readonly HostString _host = HostString.FromUriComponent(settings.PublicUrl);

    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        if (!request.Path.StartsWithSegments("/health", StringComparison.Ordinal) && !IsPublicHost(request.Host))
        {
            return Problem.Create(StatusCodes.Status400BadRequest, "unknown-host", "Unknown host",
                $"This service answers for {settings.PublicUrl} only.").ExecuteAsync(context);
        }

        request.Scheme = settings.PublicUrl.Scheme;
        request.Host = _host;
        return next(context);
    }

    private bool IsPublicHost(HostString host) =>
        string.Equals(host.Host, settings.PublicUrl.IdnHost, StringComparison.OrdinalIgnoreCase)
        && (host.Port ?? DefaultPort) == settings.PublicUrl.Port;

    private int DefaultPort => settings.PublicUrl.Scheme == Uri.UriSchemeHttps ? 443 : 80;
}
