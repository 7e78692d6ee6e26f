using System.Security.Claims;
using Microsoft.AspNetCore;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;
using UserDomain.Contracts;
using UserDomain.Events;
using UserDomain.IdentityServer.Protocol.Subjects;
using UserDomain.IdentityServer.Protocol.Token;
using UserDomain.IdentityStore;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace UserDomain.IdentityServer.Protocol.Exchange;

/// <summary>Makes the new token of an exchange that may be (RFC 8693 section 2.2.1).</summary>
internal sealed class ExchangedTokens(SubjectGate gate, IdentityStoreContext store, AuditRecorder audit)
{
    // What tells of the subject and its session. Claims that were asked for by name were asked for by somebody else.
    private static readonly string[] Kept =
    [
        Claims.Subject, TokenClaims.SessionId, TokenClaims.Version,
        Claims.AuthenticationTime, Claims.AuthenticationContextReference, Claims.AuthenticationMethodReference,
    ];

    /// <returns>The answer to the request, whose exchange was let through by <see cref="CheckExchange"/>.</returns>
    public async Task<IResult> IssueAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var exchange = context.Features.Get<AcceptedExchange>() ?? throw new InvalidOperationException("An exchange that was not let through cannot be answered.");
        if (ActorChain.ClientOf(exchange.Subject) is null && await gate.CheckAsync(exchange.Subject, cancellationToken) is { Refusal: { } refusal })
        {
            return TokenPrincipals.Refuse(Errors.InvalidRequest, refusal);
        }

        Tell(exchange, context.GetOpenIddictServerRequest()!.ClientId!);
        return TypedResults.SignIn(PrincipalOf(exchange), authenticationScheme: OpenIddictServerAspNetCoreDefaults.AuthenticationScheme);
    }

    private static ClaimsPrincipal PrincipalOf(AcceptedExchange exchange)
    {
        var identity = TokenPrincipals.CreateIdentity();
        identity.AddClaims(exchange.Subject.Claims.Where(claim => Kept.Contains(claim.Type)).Select(claim => new Claim(claim.Type, claim.Value, claim.ValueType)));
        identity.SetAuthorizationId(exchange.Subject.GetAuthorizationId());
        identity.SetClaim(AccessTokenAudience.ResourceClaim, exchange.Audience);
        identity.SetScopes(exchange.Scopes);
        if (exchange.Acting is { } acting)
        {
            identity.SetClaim(TokenClaims.Actor, acting.ToClaim());
        }

        identity.SetAccessTokenLifetime(exchange.Lifetime);
        identity.SetDestinations(TokenPrincipals.Destinations);
        return new(identity);
    }

    // It is written with the answer.
    private void Tell(AcceptedExchange exchange, string clientId) => audit.Record(
        store, AuditEventTypes.TokenExchanged, PartyOf(exchange.Subject),
        after: new
        {
            kind = exchange.Actor is null ? "impersonation" : "delegation",
            token = exchange.Subject.GetClaim(Claims.JwtId),
            issuedTo = exchange.Subject.GetClaim(Claims.ClientId),
            audience = exchange.Audience,
            scopes = exchange.Scopes,
            act = exchange.Acting?.ToClaim(),
        },
        origin: new(exchange.Actor is null ? new AuditParty("client", clientId) : PartyOf(exchange.Actor), clientId, exchange.Subject.GetClaim(TokenClaims.SessionId)));

    private static AuditParty PartyOf(ClaimsPrincipal token) => new(ActorChain.ClientOf(token) is null ? "user" : "client", token.GetClaim(Claims.Subject)!);
}
