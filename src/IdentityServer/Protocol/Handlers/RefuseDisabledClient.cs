using OpenIddict.Server;
using UserDomain.IdentityServer.Clients;
using UserDomain.IdentityServer.Protocol.Authorization;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace UserDomain.IdentityServer.Protocol.Handlers;

/// <summary>Refuses a client that is disabled wherever clients authenticate (RFC 6749 section 5.2), once it has shown that it is the one it names.</summary>
internal sealed class RefuseDisabledClient(ClientManager clients) : IOpenIddictServerHandler<ProcessAuthenticationContext>
{
    public const string Refusal = "The client is disabled.";

    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor
        .CreateBuilder<ProcessAuthenticationContext>()
        .UseScopedHandler<RefuseDisabledClient>()
        .SetOrder(OpenIddictServerHandlers.ValidateClientSecret.Descriptor.Order + 500)
        .Build();

    public async ValueTask HandleAsync(ProcessAuthenticationContext context)
    {
        // Where people are, and not the client, it does not authenticate.
        if (context.EndpointType is not (OpenIddictServerEndpointType.Authorization or OpenIddictServerEndpointType.EndSession
                or OpenIddictServerEndpointType.EndUserVerification or OpenIddictServerEndpointType.UserInfo)
            && await clients.IsDisabledAsync(context.ClientId, context.CancellationToken))
        {
            context.Reject(Errors.InvalidClient, Refusal);
        }
    }
}

/// <summary>Tells a client that is disabled so where it wants its codes (RFC 6749 section 4.1.2.1): nobody is asked to sign in to it.</summary>
internal sealed class RefuseDisabledClientToAuthorize(ClientManager clients) : IOpenIddictServerHandler<ValidateAuthorizationRequestContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor
        .CreateBuilder<ValidateAuthorizationRequestContext>()
        .UseScopedHandler<RefuseDisabledClientToAuthorize>()
        .SetOrder(ErrorsToClient.FirstOrder + 5)
        .Build();

    public async ValueTask HandleAsync(ValidateAuthorizationRequestContext context)
    {
        if (await clients.IsDisabledAsync(context.ClientId, context.CancellationToken))
        {
            context.Reject(Errors.UnauthorizedClient, RefuseDisabledClient.Refusal);
        }
    }
}
