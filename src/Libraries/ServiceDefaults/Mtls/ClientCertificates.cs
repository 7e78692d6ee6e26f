using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using UserDomain.ServiceDefaults.Errors;
using UserDomain.ServiceDefaults.Hosting;

namespace UserDomain.ServiceDefaults.Mtls;

/// <summary>
/// Makes <see cref="ConnectionInfo.ClientCertificate"/> the certificate of the client, wherever TLS ends: at this process, or at a gateway, which says
/// in a header what it has seen (RFC 9440). Only proxies of the settings are believed, and only at the URL for certificates: what anybody else sends is
/// as if it were not there.
/// </summary>
internal sealed class ClientCertificates(RequestDelegate next, UserDomainSettings settings)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (settings.Mtls is not { } mtls || !RequestOrigin.Is(mtls.Url, context.Request.Host))
        {
            Show(context, null);
            return next(context);
        }

        if (!IsGateway(context.Connection.RemoteIpAddress))
        {
            return next(context);
        }

        // Whatever the gateway has shown of itself is not the client's.
        Show(context, null);
        if (context.Request.Headers[ForwardedCertificate.Header] is not { Count: > 0 } header)
        {
            return next(context);
        }

        if (ForwardedCertificate.Read(header) is not { } certificate)
        {
            return Problem.Create(StatusCodes.Status400BadRequest, "unreadable-certificate", "The certificate cannot be read",
                $"The gateway has to send one {ForwardedCertificate.Header} header with one certificate, as RFC 9440 says.").ExecuteAsync(context);
        }

        context.Response.RegisterForDispose(certificate);
        Show(context, certificate);
        return next(context);
    }

    // For this request only: the connection, and what is known of it, may be shared with others.
    private static void Show(HttpContext context, X509Certificate2? certificate) =>
        context.Features.Set<ITlsConnectionFeature>(new TlsConnectionFeature { ClientCertificate = certificate });

    private bool IsGateway(IPAddress? peer)
    {
        var address = peer is { IsIPv4MappedToIPv6: true } ? peer.MapToIPv4() : peer;
        return address is not null && settings.KnownProxies.Any(network => network.Contains(address));
    }
}
