using System.Security.Claims;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using UserDomain.Contracts;
using UserDomain.ServiceDefaults.Authorization;
using UserDomain.ServiceDefaults.Dpop;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace UserDomain.IdentityServer.Protocol.Dpop;

/// <summary>
/// Takes what is bound to a key or certificate from whoever proves to have it: access tokens at UserInfo, refresh tokens of clients without a secret, codes whose
/// request named a key (RFC 9449 sections 5, 7 and 10; RFC 8705 sections 3 and 4). It stands in the place of the built-in step, which knows certificates only and
/// fails at anything else. Introspection says what a token is bound to and needs no proof of it.
/// </summary>
internal sealed class CheckPossession : IOpenIddictServerHandler<ValidateTokenContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor
        .CreateBuilder<ValidateTokenContext>()
        .UseSingletonHandler<CheckPossession>()
        .SetOrder(OpenIddictServerHandlers.Protection.ValidateProofOfPossession.Descriptor.Order)
        .Build();

    public ValueTask HandleAsync(ValidateTokenContext context)
    {
        if (context.Principal is { } principal && RefusalOf(context, principal) is { } refusal)
        {
            context.Reject(refusal);
        }

        return default;
    }

    private static DpopRefusal? RefusalOf(ValidateTokenContext context, ClaimsPrincipal principal) => (context.EndpointType, principal.GetTokenType()) switch
    {
        (OpenIddictServerEndpointType.UserInfo, TokenTypeIdentifiers.AccessToken) => RefusalOfAccessToken(BoundTo(principal), context.Transaction),
        (OpenIddictServerEndpointType.Token, TokenTypeIdentifiers.RefreshToken) when BoundTo(principal) is { } bound => RefusalOfGrant(bound, context.Transaction),
        (OpenIddictServerEndpointType.Token, TokenTypeIdentifiers.Private.AuthorizationCode) when principal.GetClaim(BindCode.Parameter) is { } thumbprint =>
            RefusalOfGrant(new(thumbprint, CertificateThumbprint: null), context.Transaction),
        _ => null,
    };

    private static DpopRefusal? RefusalOfAccessToken(Confirmation? bound, OpenIddictServerTransaction transaction)
    {
        var proof = transaction.Proof();
        return TokenScheme.RefusalOf(bound, proof is not null, transaction.RemoteCertificate)
            ?? (bound?.KeyThumbprint == proof?.KeyThumbprint ? null : TokenScheme.OtherKey);
    }

    private static DpopRefusal? RefusalOfGrant(Confirmation bound, OpenIddictServerTransaction transaction) => bound switch
    {
        { KeyThumbprint: { } key } when transaction.Proof()?.KeyThumbprint != key => new(Errors.InvalidGrant, "The grant is bound to a key: send a DPoP proof by that key."),
        _ when !bound.Allows(transaction.RemoteCertificate) => new(Errors.InvalidGrant, "The grant is bound to a certificate: connect with that certificate."),
        _ => null,
    };

    private static Confirmation? BoundTo(ClaimsPrincipal principal) => Confirmation.Of(principal.GetClaim(TokenClaims.Confirmation));
}
