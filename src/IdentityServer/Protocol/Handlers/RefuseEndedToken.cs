using OpenIddict.Abstractions;
using OpenIddict.Server;
using UserDomain.Database;
using UserDomain.IdentityServer.Protocol.Subjects;
using UserDomain.IdentityStore;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace UserDomain.IdentityServer.Protocol.Handlers;

/// <summary>
/// Refuses a token of a user who does not pass the gate any more, whatever kind of token it is and wherever it is shown (TOK-13), and an access token the revocation log
/// names (RFC 7009 section 2). It stands in the place of the built-in step, which asks for the grant alone.
/// </summary>
internal sealed class RefuseEndedToken(IdentityStoreContext store, SubjectGate gate, RevocationQuery revocations, TimeProvider time) : IOpenIddictServerHandler<ValidateTokenContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor
        .CreateBuilder<ValidateTokenContext>()
        .UseScopedHandler<RefuseEndedToken>()
        .SetOrder(OpenIddictServerHandlers.Protection.ValidateAuthorizationEntry.Descriptor.Order)
        .Build();

    public async ValueTask HandleAsync(ValidateTokenContext context)
    {
        if (context.Principal is not { } principal)
        {
            return;
        }

        if (principal.GetAuthorizationId() is not null)
        {
            if (await gate.CheckAsync(principal, context.CancellationToken) is { Refusal: { } refusal })
            {
                context.Reject(Errors.InvalidToken, refusal);
            }
        }
        else if (principal.HasTokenType(TokenTypeIdentifiers.AccessToken)
            && await revocations.IsRevokedAsync(store, RevocableToken.Of(principal), time.GetStoredNow(), context.CancellationToken))
        {
            context.Reject(Errors.InvalidToken, RevocableToken.Refusal);
        }
    }
}
