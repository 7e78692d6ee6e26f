using System.Security.Claims;
using Microsoft.IdentityModel.JsonWebTokens;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using UserDomain.Contracts;
using UserDomain.IdentityServer.Clients;
using UserDomain.IdentityServer.Protocol.Mtls;
using UserDomain.ServiceDefaults.Authorization;
using UserDomain.ServiceDefaults.Dpop;
using UserDomain.ServiceDefaults.Replays;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace UserDomain.IdentityServer.Protocol.Dpop;

/// <summary>Refuses a client tokens that are bound to nothing when it was registered for bound ones (TOK-10, RFC 9449 section 5.2).</summary>
internal sealed class RequireProof(ClientManager clients) : IOpenIddictServerHandler<ValidateTokenRequestContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor
        .CreateBuilder<ValidateTokenRequestContext>()
        .UseScopedHandler<RequireProof>()
        .SetOrder(OpenIddictServerHandlers.Exchange.ValidateGrantedScopes.Descriptor.Order + 500)
        .Build();

    public async ValueTask HandleAsync(ValidateTokenRequestContext context)
    {
        if (context.Transaction.Proof() is null
            && await clients.FindByClientIdAsync(context.ClientId!, context.CancellationToken) is { } client
            && (await clients.GetSettingsAsync(client, context.CancellationToken)).ContainsKey(ClientSettings.DpopBoundAccessTokens))
        {
            context.Reject(DpopErrors.InvalidProof, "The client is registered for tokens that are bound to a key: send a DPoP proof.");
        }
    }
}

/// <summary>Uses the proof of a token request up.</summary>
internal sealed class TakeProof(IReplayMemory memory) : IOpenIddictServerHandler<ProcessSignInContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor
        .CreateBuilder<ProcessSignInContext>()
        .UseScopedHandler<TakeProof>()
        .SetOrder(TokenStorage.RedeemOnce.Descriptor.Order + 500)
        .Build();

    public async ValueTask HandleAsync(ProcessSignInContext context)
    {
        if (context is { EndpointType: OpenIddictServerEndpointType.Token } && context.Transaction.Proof() is { } proof
            && !await memory.TakeAsync(proof, context.CancellationToken))
        {
            context.Reject(DpopReplay.Refusal);
        }
    }
}

/// <summary>
/// Binds what is issued to the key of the proof (RFC 9449 section 5) and to the certificate of a client that is registered for that (RFC 8705
/// section 3): the access token, and the refresh token of a client that has no secret to prove who it is.
/// </summary>
internal sealed class BindTokens(ClientManager clients) : IOpenIddictServerHandler<ProcessSignInContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor
        .CreateBuilder<ProcessSignInContext>()
        .UseScopedHandler<BindTokens>()
        .SetOrder(Handlers.ShapeAccessToken.Descriptor.Order + 500)
        .Build();

    public async ValueTask HandleAsync(ProcessSignInContext context)
    {
        var bound = new Confirmation(context.Transaction.Proof()?.KeyThumbprint, context.Transaction.BoundCertificate());
        if (context.EndpointType != OpenIddictServerEndpointType.Token || bound is { KeyThumbprint: null, CertificateThumbprint: null })
        {
            return;
        }

        var confirmation = new Claim(TokenClaims.Confirmation, bound.ToJson(), JsonClaimValueTypes.Json);
        (context.AccessTokenPrincipal?.Identity as ClaimsIdentity)?.AddClaim(confirmation);
        if (context.RefreshTokenPrincipal?.Identity is ClaimsIdentity refresh
            && await clients.FindByClientIdAsync(context.Request.ClientId!, context.CancellationToken) is { } client
            && await clients.HasClientTypeAsync(client, ClientTypes.Public, context.CancellationToken))
        {
            refresh.AddClaim(confirmation);
        }
    }
}

/// <summary>Tells a client that its token is bound, after the library has called it a bearer's.</summary>
internal sealed class NameTokenType : IOpenIddictServerHandler<ProcessSignInContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor
        .CreateBuilder<ProcessSignInContext>()
        .UseSingletonHandler<NameTokenType>()
        .SetOrder(OpenIddictServerHandlers.AttachSignInParameters.Descriptor.Order + 500)
        .Build();

    public ValueTask HandleAsync(ProcessSignInContext context)
    {
        if (context.Response.AccessToken is not null && context.Transaction.Proof() is not null)
        {
            context.Response.TokenType = DpopHeaders.Dpop;
        }

        return default;
    }
}

/// <summary>Tells at introspection how a token that is bound is to be sent (RFC 9449 section 6.2); to what it is bound the library tells.</summary>
internal sealed class TellBinding : IOpenIddictServerHandler<HandleIntrospectionRequestContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor
        .CreateBuilder<HandleIntrospectionRequestContext>()
        .UseSingletonHandler<TellBinding>()
        .SetOrder(OpenIddictServerHandlers.Introspection.AttachMetadataClaims.Descriptor.Order + 500)
        .Build();

    public ValueTask HandleAsync(HandleIntrospectionRequestContext context)
    {
        if (context.GenericTokenPrincipal is { } token && token.HasTokenType(TokenTypeIdentifiers.AccessToken)
            && Confirmation.Of(token.GetClaim(TokenClaims.Confirmation)) is { } bound)
        {
            context.TokenType = bound.KeyThumbprint is null ? TokenTypes.Bearer : DpopHeaders.Dpop;
        }

        return default;
    }
}

/// <summary>Uses the proof at UserInfo up, once the token is known to be good.</summary>
internal sealed class TakeProofOfToken(IReplayMemory memory) : IOpenIddictServerHandler<ValidateUserInfoRequestContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor
        .CreateBuilder<ValidateUserInfoRequestContext>()
        .UseScopedHandler<TakeProofOfToken>()
        .SetOrder(OpenIddictServerHandlers.UserInfo.ValidateAuthentication.Descriptor.Order + 500)
        .Build();

    public async ValueTask HandleAsync(ValidateUserInfoRequestContext context)
    {
        if (context.Transaction.Proof() is { } proof && !await memory.TakeAsync(proof, context.CancellationToken))
        {
            context.Reject(DpopReplay.Refusal);
        }
    }
}
