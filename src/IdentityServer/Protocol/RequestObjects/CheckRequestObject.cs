using Microsoft.AspNetCore;
using OpenIddict.Server;
using UserDomain.IdentityServer.Clients;
using UserDomain.IdentityServer.Protocol.Authorization;
using UserDomain.IdentityServer.Protocol.Interactions;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace UserDomain.IdentityServer.Protocol.RequestObjects;

/// <summary>Tells a client by redirect what is wrong with its request object (RFC 9101 section 7), and that it has to send one where it is registered for that.</summary>
internal sealed class CheckRequestObject(ClientManager clients) : IOpenIddictServerHandler<ValidateAuthorizationRequestContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor
        .CreateBuilder<ValidateAuthorizationRequestContext>()
        .UseScopedHandler<CheckRequestObject>()
        .SetOrder(ErrorsToClient.FirstOrder - 5)
        .Build();

    public async ValueTask HandleAsync(ValidateAuthorizationRequestContext context)
    {
        var signed = context.Transaction.GetProperty<SignedRequest>(nameof(SignedRequest));
        if (signed?.Problem is { } problem)
        {
            context.Reject(Errors.InvalidRequestObject, problem);
        }
        else if (signed is null && !WasReadBefore(context) && await clients.NeedsRequestObjectAsync(context.ClientId, context.CancellationToken))
        {
            context.Reject(Errors.InvalidRequest, Refusal);
        }
    }

    /// <summary>The answer to who has to sign its requests and did not.</summary>
    public const string Refusal = "The client is registered for signed requests: send a request object.";

    // What was pushed was looked at there, and what comes back from our pages when it came.
    private static bool WasReadBefore(ValidateAuthorizationRequestContext context) =>
        context.Transaction.GetProperty<ProcessAuthenticationContext>(typeof(ProcessAuthenticationContext).FullName!)?.RequestTokenPrincipal is not null
        || context.Transaction.GetHttpRequest()!.HttpContext.Features.Get<Interaction>() is not null;
}

/// <summary>Refuses a pushed request that is not signed, of a client that is registered for that.</summary>
internal sealed class RequireRequestObject(ClientManager clients) : IOpenIddictServerHandler<ValidatePushedAuthorizationRequestContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor
        .CreateBuilder<ValidatePushedAuthorizationRequestContext>()
        .UseScopedHandler<RequireRequestObject>()
        .SetOrder(OpenIddictServerHandlers.Authentication.ValidatePushedAuthentication.Descriptor.Order + 600)
        .Build();

    public async ValueTask HandleAsync(ValidatePushedAuthorizationRequestContext context)
    {
        if (context.Transaction.GetProperty<SignedRequest>(nameof(SignedRequest)) is null && await clients.NeedsRequestObjectAsync(context.ClientId, context.CancellationToken))
        {
            context.Reject(Errors.InvalidRequest, CheckRequestObject.Refusal);
        }
    }
}
