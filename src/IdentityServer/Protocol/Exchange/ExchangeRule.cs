using System.Security.Claims;
using OpenIddict.Abstractions;
using UserDomain.Contracts;
using UserDomain.IdentityServer.Clients;
using UserDomain.IdentityServer.Protocol.Token;
using UserDomain.ServiceDefaults.Authorization;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace UserDomain.IdentityServer.Protocol.Exchange;

/// <summary>What a client wants to exchange: tokens that are genuine, have not ended and are not revoked.</summary>
/// <param name="Client">The client.</param>
/// <param name="Subject">The token to be exchanged.</param>
/// <param name="Actor">The token of who acts; null for impersonation.</param>
/// <param name="Scopes">What it asks for; nothing for all it may have.</param>
/// <param name="Targets">The APIs it names.</param>
/// <param name="Proven">The key it has proved and the certificate it came with.</param>
internal sealed record ExchangeRequest(
    ClientSpec Client, ClaimsPrincipal Subject, ClaimsPrincipal? Actor, IReadOnlyList<string> Scopes, IReadOnlyList<string> Targets, Confirmation Proven)
{
    /// <summary>Whether what it gets will be bound to something.</summary>
    public bool IsBound => Proven.KeyThumbprint is not null || (Client.SenderConstraint == SenderConstraint.Mtls && Proven.CertificateThumbprint is not null);
}

/// <summary>Why a client may not have what it wants, in the words of RFC 8693 section 2.2.2.</summary>
internal sealed record ExchangeRefusal(string Error, string Description);

/// <summary>Decides what may be exchanged. It knows no store and no clock: that the tokens are good was found out before.</summary>
internal static class ExchangeRule
{
    /// <summary>Whether the client may exchange anything at all.</summary>
    public static bool MayExchange(ClientSpec client) => client is { IsConfidential: true, TokenExchange: not null } && client.EffectiveGrants.Contains(ClientGrant.TokenExchange);

    /// <summary>Why the tokens may not be exchanged by the client, which may exchange some; null when they may.</summary>
    public static ExchangeRefusal? RefusalOfTokens(ExchangeRequest asked, string issuer)
    {
        var (client, subject, actor) = (asked.Client, asked.Subject, asked.Actor);
        var policy = client.TokenExchange!;
        if (actor is null ? !policy.Impersonation : !policy.Delegation)
        {
            return new(Errors.UnauthorizedClient, actor is null
                ? "The client may not impersonate: send an actor_token."
                : "The client may not name an actor: leave actor_token out.");
        }

        return (RefusalOfSubject(client, policy, subject) ?? RefusalOfActor(client, actor) ?? RefusalOfActing(asked, issuer) ?? RefusalOfKey(asked)) is { } refusal
            ? new(Errors.InvalidRequest, refusal)
            : null;
    }

    /// <summary>What the new token allows, and where; or why there is none.</summary>
    public static (IReadOnlyList<string> Scopes, Api? Api, ExchangeRefusal? Refusal) Narrow(ExchangeRequest asked)
    {
        var held = asked.Subject.GetScopes();
        if (asked.Scopes.Contains(OpenIdScopes.OfflineAccess))
        {
            return ([], null, new(Errors.InvalidScope, "No refresh token is got by exchange: leave offline_access out."));
        }

        if (asked.Scopes.Except(held).Any())
        {
            return ([], null, new(Errors.InvalidScope, "The subject token does not have a scope that is asked for."));
        }

        var scopes = asked.Scopes.Count > 0 ? asked.Scopes : [.. held.Intersect(asked.Client.Scopes).Where(scope => scope != OpenIdScopes.OfflineAccess)];
        var (api, refusal) = AccessTokenAudience.Choose(asked.Targets, [.. scopes]);
        refusal ??= api is null ? "An exchanged token is for one API: name a scope of it that the subject token has and the client is registered for."
            : asked.Client.TokenExchange!.Audiences.Contains(api.Audience) ? null
            : "The client may have no exchanged tokens for that API.";
        return refusal is null ? (scopes, api, null) : ([], null, new(Errors.InvalidTarget, refusal));
    }

    // Like at introspection (TOK-12), a client needs a reason to have the token in its hands.
    private static string? RefusalOfSubject(ClientSpec client, TokenExchangePolicy policy, ClaimsPrincipal subject)
    {
        var issuedTo = subject.GetClaim(Claims.ClientId);
        return issuedTo is null || ClientSpecRule.IsBuiltIn(issuedTo) ? "Tokens of the product's own clients cannot be exchanged."
            : issuedTo == client.ClientId || subject.HasAudience(client.ClientId) || policy.SubjectClients.Contains(issuedTo) ? null
            : "The subject token was neither issued to the client nor is it meant for it, and the client may not exchange tokens of the one it was issued to.";
    }

    // Who acts has to be with the client: a token somebody else was sent says nothing of who acts here.
    private static string? RefusalOfActor(ClientSpec client, ClaimsPrincipal? actor) =>
        actor is null ? null
        : actor.GetClaim(Claims.ClientId) != client.ClientId ? "The actor token was not issued to the client."
        : actor.GetClaim(TokenClaims.Actor) is not null ? "The actor token is itself one by which somebody acts for another."
        : null;

    private static string? RefusalOfActing(ExchangeRequest asked, string issuer)
    {
        var (subject, client) = asked.Actor is { } actor ? (actor.GetClaim(Claims.Subject)!, ActorChain.ClientOf(actor)) : (asked.Client.ClientId, asked.Client.ClientId);
        return ActorChain.IsReservedForAnother(asked.Subject, subject, client, issuer) ? "The subject token says that somebody else may act for its subject."
            : asked.Actor is not null && ActorChain.Of(asked.Subject)?.Length >= ActorChain.Most ? $"The subject token was handed on {ActorChain.Most} times already."
            : null;
    }

    // What was bound stays bound. Who was sent a token cannot prove what it is bound to and has its own bound instead; who can shall prove it.
    private static string? RefusalOfKey(ExchangeRequest asked)
    {
        var ofSubject = Confirmation.Of(asked.Subject.GetClaim(TokenClaims.Confirmation));
        var own = asked.Subject.GetClaim(Claims.ClientId) == asked.Client.ClientId ? ofSubject : null;
        return ofSubject is not null && !asked.IsBound ? "The subject token is bound to a key: send a DPoP proof, by a key of your own if it is not yours."
            : new[] { own, Confirmation.Of(asked.Actor?.GetClaim(TokenClaims.Confirmation)) }.OfType<Confirmation>().Any(bound => !Proves(asked.Proven, bound))
                ? "A token that was issued to the client is bound to a key or certificate: send a DPoP proof by that key, connect with that certificate."
            : null;
    }

    private static bool Proves(Confirmation proven, Confirmation bound) =>
        bound is not { KeyThumbprint: null, CertificateThumbprint: null }
        && (bound.KeyThumbprint is null || bound.KeyThumbprint == proven.KeyThumbprint)
        && (bound.CertificateThumbprint is null || bound.CertificateThumbprint == proven.CertificateThumbprint);
}
