using OpenIddict.Server;
using UserDomain.IdentityServer.Clients;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace UserDomain.IdentityServer.Protocol.Handlers;

/// <summary>Has a client of FAPI 2.0 push where it wants the answer (Security Profile section 5.3.2.2), also where it has one redirect URI only and asks for no identity.</summary>
internal sealed class RequireRedirectUri(ClientManager clients) : IOpenIddictServerHandler<ValidatePushedAuthorizationRequestContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor
        .CreateBuilder<ValidatePushedAuthorizationRequestContext>()
        .UseScopedHandler<RequireRedirectUri>()
        .SetOrder(OpenIddictServerHandlers.Authentication.ValidatePushedAuthentication.Descriptor.Order + 500)
        .Build();

    public async ValueTask HandleAsync(ValidatePushedAuthorizationRequestContext context)
    {
        if (string.IsNullOrEmpty(context.Request.RedirectUri) && await clients.IsFapi2Async(context.ClientId, context.CancellationToken))
        {
            context.Reject(Errors.InvalidRequest, "The client is registered for FAPI 2.0: send a redirect_uri.");
        }
    }
}
