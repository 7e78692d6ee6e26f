using OpenIddict.Server;
using UserDomain.IdentityServer.Clients;
using UserDomain.IdentityServer.Clients.Certificates;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace UserDomain.IdentityServer.Protocol.Mtls;

/// <summary>
/// Authenticates a client by its certificate (RFC 8705 section 2). It stands in the place of the library's step, which tells the two methods apart by
/// the certificate and not by what the client is registered for, knows no names of RFC 8705, and refuses a client that shows a certificate only to have
/// its tokens bound to it. The steps before take any certificate for a credential: here it is found out whether it is one.
/// </summary>
internal sealed class CheckCertificate(ClientManager clients, RegisteredCertificates certificates) : IOpenIddictServerHandler<ProcessAuthenticationContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor
        .CreateBuilder<ProcessAuthenticationContext>()
        .AddFilter<OpenIddictServerHandlerFilters.RequireClientIdParameter>()
        .UseScopedHandler<CheckCertificate>()
        .SetOrder(OpenIddictServerHandlers.ValidateClientId.Descriptor.Order + 500)
        .Build();

    public async ValueTask HandleAsync(ProcessAuthenticationContext context)
    {
        if (!context.ExtractClientAssertion || await clients.FindByClientIdAsync(context.ClientId!, context.CancellationToken) is not { } client)
        {
            return;
        }

        var settings = await clients.GetSettingsAsync(client, context.CancellationToken);
        if (CertificateSettings.MethodOf(settings) is null)
        {
            if (context.ClientAssertionPrincipal is null && string.IsNullOrEmpty(context.ClientSecret)
                && await clients.HasClientTypeAsync(client, ClientTypes.Confidential, context.CancellationToken))
            {
                context.Reject(Errors.InvalidClient, "The client has to prove who it is by what it is registered for, which is no certificate.");
            }
        }
        else if (context.Transaction.RemoteCertificate is not { } certificate)
        {
            context.Reject(Errors.InvalidClient, "The client is registered for a certificate: connect with it, at the addresses of mtls_endpoint_aliases.");
        }
        else if (!await certificates.ContainAsync(certificate, settings, context.CancellationToken))
        {
            context.Reject(Errors.InvalidClient, "The certificate is not one the client is registered with, is not trusted, or is not valid at this time.");
        }
    }
}
