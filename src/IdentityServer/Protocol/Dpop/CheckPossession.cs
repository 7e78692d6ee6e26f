using System.Security.Claims;
using System.Text.Json;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using UserDomain.Contracts;
using UserDomain.ServiceDefaults.Authorization;
using UserDomain.ServiceDefaults.Dpop;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace UserDomain.IdentityServer.Protocol.Dpop;

/// <summary>
/// Takes what is bound to a key from whoever proves to have it: access tokens at UserInfo, refresh tokens of clients without a secret, codes whose
/// request named a key (RFC 9449 sections 5, 7 and 10). It stands in the place of the built-in step, which knows certificates only and
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
        (OpenIddictServerEndpointType.UserInfo, TokenTypeIdentifiers.AccessToken) =>
            RefusalOfAccessToken(principal.GetClaim(TokenClaims.Confirmation), context.Transaction.Proof()),
        (OpenIddictServerEndpointType.Token, TokenTypeIdentifiers.RefreshToken) when principal.GetClaim(TokenClaims.Confirmation) is { } confirmation =>
            RefusalOfGrant(ThumbprintOf(confirmation), context.Transaction.Proof()),
        (OpenIddictServerEndpointType.Token, TokenTypeIdentifiers.Private.AuthorizationCode) when principal.GetClaim(BindCode.Parameter) is { } thumbprint =>
            RefusalOfGrant(thumbprint, context.Transaction.Proof()),
        _ => null,
    };

    private static DpopRefusal? RefusalOfAccessToken(string? confirmation, DpopProof? proof) => (confirmation, proof) switch
    {
        (null, null) => null,
        (null, _) => TokenScheme.NotDpop,
        (_, null) => TokenScheme.NotBearer,
        _ => ThumbprintOf(confirmation) == proof.KeyThumbprint ? null : TokenScheme.OtherKey,
    };

    private static DpopRefusal? RefusalOfGrant(string? thumbprint, DpopProof? proof) =>
        proof is not null && proof.KeyThumbprint == thumbprint ? null : new(Errors.InvalidGrant, "The grant is bound to a key: send a DPoP proof by that key.");

    /// <summary>The thumbprint of the key a token is bound to; null for one that is bound to something else.</summary>
    public static string? ThumbprintOf(string confirmation) =>
        JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(confirmation)!.TryGetValue(TokenClaims.KeyThumbprint, out var thumbprint) ? thumbprint.GetString() : null;
}
