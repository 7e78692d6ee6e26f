using System.Security.Claims;
using Microsoft.AspNetCore;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using UserDomain.IdentityServer.Clients;
using UserDomain.IdentityServer.Protocol.Dpop;
using UserDomain.ServiceDefaults.Authorization;
using UserDomain.ServiceDefaults.Hosting;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace UserDomain.IdentityServer.Protocol.Exchange;

/// <summary>An exchange that may be.</summary>
/// <param name="Subject">The token that is exchanged.</param>
/// <param name="Actor">The token of who acts; null for impersonation.</param>
/// <param name="Audience">The API the new one is for.</param>
/// <param name="Scopes">What the new one allows.</param>
/// <param name="Lifetime">How long it lives: no longer than what it was made from.</param>
internal sealed record AcceptedExchange(ClaimsPrincipal Subject, ClaimsPrincipal? Actor, string Audience, IReadOnlyList<string> Scopes, TimeSpan Lifetime)
{
    /// <summary>Who acts for the subject, by the new token. Who acted before stays named, whoever has the token now.</summary>
    public ActorChain? Acting => Actor is null ? ActorChain.Of(Subject) : ActorChain.Add(Actor, ActorChain.Of(Subject));
}

/// <summary>Refuses a client that may exchange nothing before its tokens are looked at: it shall not learn which of them are good (TOK-12).</summary>
internal sealed class RequireExchange(ClientManager clients) : IOpenIddictServerHandler<ProcessAuthenticationContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor
        .CreateBuilder<ProcessAuthenticationContext>()
        .UseScopedHandler<RequireExchange>()
        .SetOrder(OpenIddictServerHandlers.ValidateSubjectToken.Descriptor.Order - 500)
        .Build();

    public async ValueTask HandleAsync(ProcessAuthenticationContext context)
    {
        if (context.EndpointType == OpenIddictServerEndpointType.Token && context.Request.IsTokenExchangeGrantType()
            && !(await clients.FindByClientIdAsync(context.ClientId!, context.CancellationToken) is { } client && ExchangeRule.MayExchange(StoredClient.SpecOf(client))))
        {
            context.Reject(Errors.UnauthorizedClient, "The client may not exchange tokens.");
        }
    }
}

/// <summary>
/// Decides on an exchange, in the place where the library compares a token with who sends it. It knows only tokens that name the client as
/// their audience or were issued to it; for it, those we let through are the client's own.
/// </summary>
internal sealed class CheckExchange(ClientManager clients, UserDomainSettings settings, TimeProvider time) : IOpenIddictServerHandler<ValidateTokenRequestContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor
        .CreateBuilder<ValidateTokenRequestContext>()
        .UseScopedHandler<CheckExchange>()
        .SetOrder(OpenIddictServerHandlers.Exchange.ValidateAuthorizedParty.Descriptor.Order - 500)
        .Build();

    public async ValueTask HandleAsync(ValidateTokenRequestContext context)
    {
        if (!context.Request.IsTokenExchangeGrantType())
        {
            return;
        }

        var client = StoredClient.SpecOf((await clients.FindByClientIdAsync(context.ClientId!, context.CancellationToken))!);
        var (subject, actor) = (context.SubjectTokenPrincipal!, context.ActorTokenPrincipal);
        var certificate = context.Transaction.RemoteCertificate is { } shown ? Confirmation.ThumbprintOf(shown) : null;
        var asked = new ExchangeRequest(
            client, subject, actor, context.Request.GetScopes(), [.. context.Request.GetResources().Union(context.Request.GetAudiences())],
            new(context.Transaction.Proof()?.KeyThumbprint, certificate));
        if (ExchangeRule.RefusalOfTokens(asked, settings.Issuer) is { } refusal)
        {
            context.Reject(refusal.Error, refusal.Description);
            return;
        }

        var (scopes, api, refused) = ExchangeRule.Narrow(asked);
        var lifetime = LifetimeOf(subject, actor);
        if (refused is not null)
        {
            context.Reject(refused.Error, refused.Description);
        }
        else if (lifetime < TimeSpan.FromSeconds(1))
        {
            context.Reject(Errors.InvalidRequest, "A token that is sent has expired.");
        }
        else
        {
            subject.SetPresenters(client.ClientId);
            context.Transaction.GetHttpRequest()!.HttpContext.Features.Set(new AcceptedExchange(subject, actor, api!.Audience, scopes, lifetime));
        }
    }

    private TimeSpan LifetimeOf(params ClaimsPrincipal?[] tokens)
    {
        var left = tokens.OfType<ClaimsPrincipal>().Min(token => token.GetExpirationDate() ?? DateTimeOffset.MinValue) - time.GetUtcNow();
        return left < TokenLifetimes.AccessToken ? left : TokenLifetimes.AccessToken;
    }
}
