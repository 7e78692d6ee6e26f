using OpenIddict.Server;
using UserDomain.IdentityServer.Clients;
using UserDomain.ServiceDefaults.Authorization;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace UserDomain.IdentityServer.Protocol.Mtls;

/// <summary>
/// Has the tokens of a client that is registered for it bound to the certificate of the connection (TOK-10, RFC 8705 section 3), however the client
/// proves who it is, and refuses it tokens where there is no certificate.
/// </summary>
internal sealed class RequireCertificate(ClientManager clients) : IOpenIddictServerHandler<ValidateTokenRequestContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor
        .CreateBuilder<ValidateTokenRequestContext>()
        .UseScopedHandler<RequireCertificate>()
        .SetOrder(Dpop.RequireProof.Descriptor.Order + 100)
        .Build();

    public async ValueTask HandleAsync(ValidateTokenRequestContext context)
    {
        if (await clients.FindByClientIdAsync(context.ClientId!, context.CancellationToken) is not { } client
            || !(await clients.GetSettingsAsync(client, context.CancellationToken)).ContainsKey(ClientSettings.CertificateBoundAccessTokens))
        {
            return;
        }

        if (context.Transaction.RemoteCertificate is { } certificate)
        {
            context.Transaction.SetProperty(nameof(BoundCertificates), Confirmation.ThumbprintOf(certificate));
        }
        else
        {
            context.Reject(Errors.InvalidRequest, "The client is registered for tokens that are bound to its certificate: connect with it, at the token_endpoint of mtls_endpoint_aliases.");
        }
    }
}

/// <summary>The certificate tokens are going to be bound to.</summary>
internal static class BoundCertificates
{
    /// <summary>Its thumbprint; null for a client that has not asked for that.</summary>
    public static string? BoundCertificate(this OpenIddictServerTransaction transaction) => transaction.GetProperty<string>(nameof(BoundCertificates));
}
