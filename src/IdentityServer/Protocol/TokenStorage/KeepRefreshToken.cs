using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;
using OpenIddict.EntityFrameworkCore.Models;
using OpenIddict.Server;
using UserDomain.Database;
using UserDomain.IdentityServer.Clients;
using UserDomain.IdentityStore;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace UserDomain.IdentityServer.Protocol.TokenStorage;

/// <summary>
/// Gives a client of FAPI 2.0 the refresh token back it came with (Security Profile section 5.3.2.1 forbids rotation): who stole it has neither the key to prove that
/// it is the client nor the one the access token is bound to. Each use is noted, and a token nobody used for <see cref="TokenLifetimes.RefreshTokenIdle"/> has ended (TOK-05).
/// </summary>
internal sealed class KeepRefreshToken(ClientManager clients, IdentityStoreContext store, TimeProvider time) : IOpenIddictServerHandler<ProcessSignInContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor
        .CreateBuilder<ProcessSignInContext>()
        .UseScopedHandler<KeepRefreshToken>()
        .SetOrder(OpenIddictServerHandlers.EvaluateGeneratedTokens.Descriptor.Order + 500)
        .Build();

    public async ValueTask HandleAsync(ProcessSignInContext context)
    {
        if (context.EndpointType != OpenIddictServerEndpointType.Token || !context.Request.IsRefreshTokenGrantType()
            || !await clients.IsFapi2Async(context.Request.ClientId, context.CancellationToken))
        {
            return;
        }

        if (!await NoteUseAsync(Guid.Parse(context.Principal!.GetTokenId()!), context.CancellationToken))
        {
            context.Reject(Errors.InvalidGrant, "The refresh token has ended; sign in again.");
            return;
        }

        // What clients that keep whatever they are sent last handle as well as those that expect nothing.
        (context.GenerateRefreshToken, context.IncludeRefreshToken, context.RefreshToken) = (false, true, context.Request.RefreshToken);
    }

    // Without the row that was read: of parallel uses of one token all are good.
    private async Task<bool> NoteUseAsync(Guid id, CancellationToken cancellationToken)
    {
        var now = time.GetStoredNow().UtcDateTime;
        var idleSince = now - TokenLifetimes.RefreshTokenIdle;
        return await store.Set<OpenIddictEntityFrameworkCoreToken<Guid>>()
            .Where(token => token.Id == id && token.Status == Statuses.Valid && (token.RedemptionDate ?? token.CreationDate) > idleSince)
            .ExecuteUpdateAsync(set => set.SetProperty(token => token.RedemptionDate, now), cancellationToken) > 0;
    }
}
