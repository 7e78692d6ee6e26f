using System.Collections.Frozen;
using Microsoft.AspNetCore;
using Microsoft.Extensions.Options;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace UserDomain.IdentityServer.Protocol.Pipeline;

/// <summary>
/// Finds out which endpoint was asked, by the path alone and whatever its case, as the library does. That one makes a URL of each endpoint for each
/// request, also for those of pages.
/// </summary>
/// <param name="options">Where the endpoints are; they stay there.</param>
internal sealed class InferEndpoint(IOptionsMonitor<OpenIddictServerOptions> options) : IOpenIddictServerHandler<ProcessRequestContext>
{
    private readonly FrozenDictionary<string, OpenIddictServerEndpointType> _endpoints = PathsOf(options.CurrentValue);

    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor
        .CreateBuilder<ProcessRequestContext>()
        .UseSingletonHandler<InferEndpoint>()
        .SetOrder(OpenIddictServerHandlers.InferEndpointType.Descriptor.Order)
        .Build();

    public ValueTask HandleAsync(ProcessRequestContext context)
    {
        var path = context.Transaction.GetHttpRequest()!.Path.Value ?? string.Empty;
        context.EndpointType = _endpoints.GetValueOrDefault(path.EndsWith('/') ? path[..^1] : path);
        return ValueTask.CompletedTask;
    }

    private static FrozenDictionary<string, OpenIddictServerEndpointType> PathsOf(OpenIddictServerOptions options)
    {
        (List<Uri> Uris, OpenIddictServerEndpointType Type)[] endpoints =
        [
            (options.AuthorizationEndpointUris, OpenIddictServerEndpointType.Authorization),
            (options.ConfigurationEndpointUris, OpenIddictServerEndpointType.Configuration),
            (options.DeviceAuthorizationEndpointUris, OpenIddictServerEndpointType.DeviceAuthorization),
            (options.EndSessionEndpointUris, OpenIddictServerEndpointType.EndSession),
            (options.EndUserVerificationEndpointUris, OpenIddictServerEndpointType.EndUserVerification),
            (options.IntrospectionEndpointUris, OpenIddictServerEndpointType.Introspection),
            (options.JsonWebKeySetEndpointUris, OpenIddictServerEndpointType.JsonWebKeySet),
            (options.PushedAuthorizationEndpointUris, OpenIddictServerEndpointType.PushedAuthorization),
            (options.RevocationEndpointUris, OpenIddictServerEndpointType.Revocation),
            (options.TokenEndpointUris, OpenIddictServerEndpointType.Token),
            (options.UserInfoEndpointUris, OpenIddictServerEndpointType.UserInfo),
        ];
        return endpoints.SelectMany(endpoint => endpoint.Uris, (endpoint, uri) => (Path: "/" + uri.OriginalString, endpoint.Type))
            .ToFrozenDictionary(endpoint => endpoint.Path, endpoint => endpoint.Type, StringComparer.OrdinalIgnoreCase);
    }
}
