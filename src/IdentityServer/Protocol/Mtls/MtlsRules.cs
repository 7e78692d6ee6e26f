using OpenIddict.Server;
using OpenIddict.Server.AspNetCore;
using UserDomain.IdentityServer.Clients.Certificates;
using UserDomain.ServiceDefaults.Hosting;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace UserDomain.IdentityServer.Protocol.Mtls;

/// <summary>Clients that are known by certificates, and tokens bound to them (RFC 8705).</summary>
internal static class MtlsRules
{
    public static void AddMtls(this OpenIddictServerBuilder server)
    {
        server.Services.AddSingleton<RegisteredCertificates>();

        ReadAt<ExtractTokenRequestContext>(server);
        ReadAt<ExtractPushedAuthorizationRequestContext>(server);
        ReadAt<ExtractDeviceAuthorizationRequestContext>(server);
        ReadAt<ExtractIntrospectionRequestContext>(server);
        ReadAt<ExtractRevocationRequestContext>(server);
        ReadAt<ExtractUserInfoRequestContext>(server);
        server.RemoveEventHandler(OpenIddictServerHandlers.ValidateClientCertificate.Descriptor);
        server.AddEventHandler(CheckCertificate.Descriptor);
        server.AddEventHandler(RequireCertificate.Descriptor);
        server.AddEventHandler(DescribeMtls.Descriptor);
    }

    private static void ReadAt<TContext>(OpenIddictServerBuilder server)
        where TContext : BaseValidatingContext
    {
        server.RemoveEventHandler(OpenIddictServerAspNetCoreHandlers.ExtractClientCertificate<TContext>.Descriptor);
        server.AddEventHandler(ReadCertificate<TContext>.Descriptor);
    }
}

/// <summary>
/// Says in the discovery document where certificates are asked for, if anywhere, and what clients can be known by (RFC 8705 sections 2, 3.3 and 5). Named in
/// the options of the library, the methods would have to be its own.
/// </summary>
internal sealed class DescribeMtls(UserDomainSettings settings) : IOpenIddictServerHandler<HandleConfigurationRequestContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor
        .CreateBuilder<HandleConfigurationRequestContext>()
        .UseSingletonHandler<DescribeMtls>()
        .SetOrder(Discovery.DescribeServer.Descriptor.Order + 500)
        .Build();

    public ValueTask HandleAsync(HandleConfigurationRequestContext context)
    {
        if (settings.Mtls is not { } mtls)
        {
            return default;
        }

        foreach (var methods in new[] { context.TokenEndpointAuthenticationMethods, context.IntrospectionEndpointAuthenticationMethods, context.RevocationEndpointAuthenticationMethods })
        {
            methods.UnionWith(CertificateSettings.Offered(settings));
        }

        context.TlsClientCertificateBoundAccessTokens = true;
        context.MtlsTokenEndpointAlias = At(context.TokenEndpoint);
        context.MtlsPushedAuthorizationEndpointAlias = At(context.PushedAuthorizationEndpoint);
        context.MtlsDeviceAuthorizationEndpointAlias = At(context.DeviceAuthorizationEndpoint);
        context.MtlsIntrospectionEndpointAlias = At(context.IntrospectionEndpoint);
        context.MtlsRevocationEndpointAlias = At(context.RevocationEndpoint);
        context.MtlsUserInfoEndpointAlias = At(context.UserInfoEndpoint);
        return default;

        Uri? At(Uri? endpoint) => endpoint is null ? null : new(mtls.Url, endpoint.PathAndQuery);
    }
}
