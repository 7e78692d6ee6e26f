using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using UserDomain.Database;
using UserDomain.IdentityServer.Protocol.Subjects;
using UserDomain.IdentityStore;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace UserDomain.IdentityServer.Protocol.Handlers;

/// <summary>
/// Refuses an access token, which has no row that could be ended, at UserInfo, introspection and exchange: that of a user who does not pass the gate any
/// more, and one the revocation log names (RFC 7009 section 2).
/// </summary>
internal sealed class RefuseEndedToken(IdentityStoreContext store, SubjectGate gate, TimeProvider time) : IOpenIddictServerHandler<ValidateTokenContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor
        .CreateBuilder<ValidateTokenContext>()
        .UseScopedHandler<RefuseEndedToken>()
        .SetOrder(OpenIddictServerHandlers.Protection.ValidateAuthorizationEntry.Descriptor.Order + 500)
        .Build();

    public async ValueTask HandleAsync(ValidateTokenContext context)
    {
        if (context.Principal is not { } principal || !principal.HasTokenType(TokenTypeIdentifiers.AccessToken))
        {
            return;
        }

        if (principal.GetAuthorizationId() is not null)
        {
            if (await gate.CheckAsync(principal, context.CancellationToken) is { Refusal: { } refusal })
            {
                context.Reject(Errors.InvalidToken, refusal);
            }

            return;
        }

        var revocable = RevocableToken.Of(principal);
        var now = time.GetStoredNow();
        if (await store.Revocations.AnyAsync(
            row => revocable.Names.Contains(row.Value) && row.IssuedBefore >= revocable.IssuedAt && row.ExpiresAt > now, context.CancellationToken))
        {
            context.Reject(Errors.InvalidToken, RevocableToken.Refusal);
        }
    }
}
