using Microsoft.EntityFrameworkCore;
using OpenIddict.Server;
using UserDomain.IdentityStore;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace UserDomain.IdentityServer.Protocol.TokenStorage;

/// <summary>
/// Writes what a request redeems, grants and issues: all of it in one transaction, after every token is made and before the answer is. When one
/// cannot be made, nothing is redeemed; whoever had no answer because this program ended may ask another replica with the token they have.
/// A transaction that was begun before ends here too. Of parallel requests with one token the first to write wins, for the row is only changed while it is as it was read.
/// </summary>
internal sealed class WriteTokens(TokenRows tokens, IdentityStoreContext store) : IOpenIddictServerHandler<ProcessSignInContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor
        .CreateBuilder<ProcessSignInContext>()
        .UseScopedHandler<WriteTokens>()
        .SetOrder(OpenIddictServerHandlers.Exchange.ApplyTokenResponse<ProcessSignInContext>.Descriptor.Order - 500)
        .Build();

    public async ValueTask HandleAsync(ProcessSignInContext context)
    {
        try
        {
            await tokens.WriteAsync(context.CancellationToken);
        }
        catch (DbUpdateConcurrencyException)
        {
            store.ChangeTracker.Clear();
            TokenUsed.Reject(context);
        }
    }
}
