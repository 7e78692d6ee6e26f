using OpenIddict.Server;
using UserDomain.IdentityServer.Clients.Keys;
using UserDomain.IdentityServer.Keys;
using UserDomain.IdentityServer.Pages.Languages;
using UserDomain.IdentityServer.Protocol.Authorization;
using UserDomain.IdentityServer.Protocol.Registration;
using UserDomain.IdentityServer.Protocol.RequestObjects;
using UserDomain.ServiceDefaults.Dpop;
using UserDomain.ServiceDefaults.Hosting;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace UserDomain.IdentityServer.Protocol.Discovery;

/// <summary>Completes the discovery document (OpenID Connect Discovery 1.0 section 3, RFC 8414 section 2, RFC 9449 section 5.1).</summary>
internal sealed class DescribeServer(UserDomainSettings settings) : IOpenIddictServerHandler<HandleConfigurationRequestContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor
        .CreateBuilder<HandleConfigurationRequestContext>()
        .UseSingletonHandler<DescribeServer>()
        .SetOrder(OpenIddictServerHandlers.Discovery.AttachAdditionalMetadata.Descriptor.Order + 500)
        .Build();

    public ValueTask HandleAsync(HandleConfigurationRequestContext context)
    {
        context.TokenEndpointAuthenticationMethods.Add("none");
        // The methods of the token endpoint are meant (RFC 9126 section 2.1, RFC 8628 section 3.1); nobody registered a name for others.
        context.PushedAuthorizationEndpointAuthenticationMethods.Clear();
        context.DeviceAuthorizationEndpointAuthenticationMethods.Clear();
        context.Metadata["acr_values_supported"] = System.Collections.Immutable.ImmutableArray.Create<string?>(AuthenticationClasses.All);
        context.Metadata["claims_parameter_supported"] = true;
        context.Metadata["prompt_values_supported"] = System.Collections.Immutable.ImmutableArray.Create<string?>([.. SupportedPrompts.All]);
        context.Metadata["ui_locales_supported"] = System.Collections.Immutable.ImmutableArray.Create<string?>([.. AccountLanguages.All.Select(language => language.Name)]);
        context.Metadata["dpop_signing_alg_values_supported"] = System.Collections.Immutable.ImmutableArray.Create<string?>([.. DpopAlgorithms.All]);
        context.Metadata["request_parameter_supported"] = true;
        context.Metadata["request_object_signing_alg_values_supported"] = System.Collections.Immutable.ImmutableArray.Create<string?>([.. RequestObjectRules.Algorithms]);
        context.Metadata["require_signed_request_object"] = false;
        context.Metadata["backchannel_logout_supported"] = true;
        context.Metadata["backchannel_logout_session_supported"] = true;
        foreach (var endpoint in new[] { "token", "introspection", "revocation" })
        {
            context.Metadata[$"{endpoint}_endpoint_auth_signing_alg_values_supported"] = System.Collections.Immutable.ImmutableArray.Create<string?>([.. AssertionAlgorithms.All]);
        }

        foreach (var answer in new[] { "userinfo", "introspection", "authorization" })
        {
            context.Metadata[$"{answer}_signing_alg_values_supported"] = System.Collections.Immutable.ImmutableArray.Create<string?>([.. KeyKind.SignatureAlgorithms]);
        }

        if (settings.ClientsMayRegister)
        {
            context.Metadata["registration_endpoint"] = new Uri(settings.PublicUrl, RegistrationEndpoint.Path).AbsoluteUri;
        }

        if (settings.TakesClientDocuments)
        {
            context.Metadata["client_id_metadata_document_supported"] = true;
        }

        return default;
    }
}
