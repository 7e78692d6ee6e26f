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
/// Redeems a code or refresh token in ONE conditional update (TOK-04, TOK-05). It stands in the place of the built-in step, which lets
/// parallel requests with one refresh token all win.
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
        if (context.EndpointType != OpenIddictServerEndpointType.Token
            || !(context.Request.IsAuthorizationCodeGrantType() || context.Request.IsRefreshTokenGrantType()))
        {
            return;
        }

        var id = Guid.Parse(context.Principal!.GetTokenId()
            ?? throw new InvalidOperationException("A code or refresh token without a row cannot be redeemed once."));
        var now = time.GetStoredNow().UtcDateTime;
        var redeemed = await store.Set<OpenIddictEntityFrameworkCoreToken<Guid>>()
            .Where(token => token.Id == id && token.Status == Statuses.Valid)
            .ExecuteUpdateAsync(set => set
                .SetProperty(token => token.Status, Statuses.Redeemed)
                .SetProperty(token => token.RedemptionDate, now), context.CancellationToken);
        if (redeemed == 0)
        {
            // Somebody was faster: an honest double click loses here without ending the grant.
            context.Reject(Errors.InvalidGrant, "The token was used already.");
        }
    }
}
