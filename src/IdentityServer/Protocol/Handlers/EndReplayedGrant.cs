using OpenIddict.Server;
using UserDomain.Contracts;
using UserDomain.Database;
using UserDomain.IdentityServer.Clients;
using UserDomain.IdentityServer.Protocol.Authorization;
using UserDomain.IdentityServer.Protocol.TokenStorage;
using UserDomain.IdentityStore;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace UserDomain.IdentityServer.Protocol.Handlers;

/// <summary>
/// A code or refresh token that comes back after its use was stolen, or its successor was: the grant ends with all its tokens,
/// self-contained ones included (TOK-04, TOK-05, RFC 9700 section 4.14.2). The built-in check only ends tokens that have a row.
/// </summary>
internal sealed class EndReplayedGrant(TokenRows tokens, ClientManager clients, IdentityStoreContext store, GrantStore grants, TimeProvider time) : IOpenIddictServerHandler<ValidateTokenContext>
{
    private static readonly TimeSpan Leeway = TimeSpan.FromSeconds(10);

    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor
        .CreateBuilder<ValidateTokenContext>()
        .UseScopedHandler<EndReplayedGrant>()
        .SetOrder(OpenIddictServerHandlers.Protection.ValidateTokenEntry.Descriptor.Order - 500)
        .Build();

    public async ValueTask HandleAsync(ValidateTokenContext context)
    {
        if (context.TokenId is not { Length: > 0 } id || !Guid.TryParse(id, out var tokenId))
        {
            return;
        }

        if (await tokens.FindAsync(tokenId, context.CancellationToken) is not { Token: { Status: Statuses.Redeemed } token, GrantId: { } grant } row
            || WithinLeeway(token.Type, token.RedemptionDate, time.GetStoredNow()))
        {
            return;
        }

        var client = row.ClientId is { } key ? (await clients.FindByIdAsync(key.ToString(), context.CancellationToken))?.ClientId : null;
        await grants.EndAsync(grant, (_, audit) =>
            audit.Record(store, AuditEventTypes.TokenReuseDetected, new AuditParty("user", token.Subject ?? ""), after: new { grant, token = token.Type },
                origin: new(new AuditParty("client", client ?? ""), client), succeeded: false), context.CancellationToken);
    }

    private static bool WithinLeeway(string? type, DateTime? redeemed, DateTimeOffset now) =>
        type == TokenTypeIdentifiers.RefreshToken && redeemed is { } time && now - new DateTimeOffset(time, TimeSpan.Zero) < Leeway;
}
