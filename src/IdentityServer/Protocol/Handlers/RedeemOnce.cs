using System.Security.Claims;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;
using OpenIddict.EntityFrameworkCore.Models;
using OpenIddict.Server;
using UserDomain.Database;
using UserDomain.IdentityStore;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace UserDomain.IdentityServer.Protocol.Handlers;

/// <summary>
/// Redeems a code, a refresh token or a pushed request in ONE conditional update (TOK-04, TOK-05, TOK-10). It stands in the place of the built-in step, which lets
/// parallel requests with one refresh token all win. What is issued for it is written in the same transaction: whoever had no answer because
/// this program ended may ask another replica with the token they have.
/// </summary>
internal sealed class RedeemOnce(IdentityStoreContext store, TimeProvider time) : IOpenIddictServerHandler<ProcessSignInContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor
        .CreateBuilder<ProcessSignInContext>()
        .UseScopedHandler<RedeemOnce>()
        .SetOrder(OpenIddictServerHandlers.RedeemTokenEntry.Descriptor.Order)
        .Build();

    public async ValueTask HandleAsync(ProcessSignInContext context)
    {
        if (TokenOf(context) is not { } token)
        {
            return;
        }

        var id = Guid.Parse(token.GetTokenId() ?? throw new InvalidOperationException("A token without a row cannot be redeemed once."));
        var now = time.GetStoredNow().UtcDateTime;
        var transaction = await store.Database.BeginTransactionAsync(context.CancellationToken);
        var redeemed = await store.Set<OpenIddictEntityFrameworkCoreToken<Guid>>()
            .Where(token => token.Id == id && token.Status == Statuses.Valid)
            .ExecuteUpdateAsync(set => set
                .SetProperty(token => token.Status, Statuses.Redeemed)
                .SetProperty(token => token.RedemptionDate, now), context.CancellationToken);
        if (redeemed == 0)
        {
            // Somebody was faster: an honest double click loses here without ending the grant.
            await transaction.DisposeAsync();
            context.Reject(
                context.EndpointType == OpenIddictServerEndpointType.Token ? Errors.InvalidGrant : Errors.InvalidRequestUri,
                "The token was used already.");
        }
    }

    private static ClaimsPrincipal? TokenOf(ProcessSignInContext context) => context.EndpointType switch
    {
        OpenIddictServerEndpointType.Token when context.Request.IsAuthorizationCodeGrantType() || context.Request.IsRefreshTokenGrantType() => context.Principal,
        OpenIddictServerEndpointType.Authorization =>
            context.Transaction.GetProperty<ProcessAuthenticationContext>(typeof(ProcessAuthenticationContext).FullName!)?.RequestTokenPrincipal,
        _ => null,
    };
}

/// <summary>Ends the transaction of <see cref="RedeemOnce"/> after every token is made, before the answer is. When one cannot be made, nothing is redeemed.</summary>
internal sealed class KeepRedemption(IdentityStoreContext store) : IOpenIddictServerHandler<ProcessSignInContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor
        .CreateBuilder<ProcessSignInContext>()
        .UseScopedHandler<KeepRedemption>()
        .SetOrder(OpenIddictServerHandlers.Exchange.ApplyTokenResponse<ProcessSignInContext>.Descriptor.Order - 500)
        .Build();

    public async ValueTask HandleAsync(ProcessSignInContext context)
    {
        if (store.Database.CurrentTransaction is { } transaction)
        {
            await transaction.CommitAsync(context.CancellationToken);
            await transaction.DisposeAsync();
        }
    }
}
