using UserDomain.Database;
using UserDomain.Events;
using UserDomain.IdentityStore;
using UserDomain.IdentityStore.Sessions;
using static OpenIddict.Abstractions.OpenIddictConstants;
using GrantEntity = OpenIddict.EntityFrameworkCore.Models.OpenIddictEntityFrameworkCoreAuthorization<System.Guid>;

namespace UserDomain.IdentityServer.Protocol.TokenStorage;

/// <summary>A grant that is not written yet. It belongs to the session it is made in, and ends with it.</summary>
/// <param name="Id">Its key.</param>
/// <param name="ClientKey">Key of the client in the store.</param>
/// <param name="ClientId">The <c>client_id</c>.</param>
/// <param name="UserId">The user.</param>
/// <param name="SessionId">The session.</param>
/// <param name="Scopes">What is granted, as JSON.</param>
/// <param name="CreatedAt">When.</param>
/// <param name="Told">What the audit trail is told.</param>
internal sealed record NewGrant(Guid Id, Guid ClientKey, string ClientId, Guid UserId, Guid SessionId, string Scopes, DateTime CreatedAt, OutboxMessage Told);

/// <summary>How grants are written (ADR 0027): with what ties them to their session, what the audit trail is told, and the first token.</summary>
internal sealed class GrantQueries
{
    private const string Grant = $$"""
        INSERT INTO {authorizations} (id, application_id, concurrency_token, creation_date, scopes, status, subject, type)
        VALUES (@grant, @client, @version, @granted, @scopes, '{{Statuses.Valid}}', @user, '{{AuthorizationTypes.AdHoc}}');
        INSERT INTO {session_authorizations} (session_id, authorization_id, client_id) VALUES (@session, @grant, @client_id);
        INSERT INTO {outbox_messages} (event_id, payload, created_at) VALUES (@event, @told, @told_at)
        """;

    private static readonly StatementParameter[] OfGrant =
    [
        new("grant", typeof(GrantEntity), nameof(GrantEntity.Id)), new("client", typeof(GrantEntity), TokenStore.ClientKey),
        new("version", typeof(GrantEntity), nameof(GrantEntity.ConcurrencyToken)), new("granted", typeof(GrantEntity), nameof(GrantEntity.CreationDate)),
        new("scopes", typeof(GrantEntity), nameof(GrantEntity.Scopes)), new("user", typeof(GrantEntity), nameof(GrantEntity.Subject)),
        new("session", typeof(SessionAuthorization), nameof(SessionAuthorization.SessionId)),
        new("client_id", typeof(SessionAuthorization), nameof(SessionAuthorization.ClientId)),
        new("event", typeof(OutboxMessage), nameof(OutboxMessage.EventId)), new("told", typeof(OutboxMessage), nameof(OutboxMessage.Payload)),
        new("told_at", typeof(OutboxMessage), nameof(OutboxMessage.CreatedAt)),
    ];

    private readonly Statement _grant = new(Grant, OfGrant);
    private readonly Statement _grantWithToken = new($"{Grant};\n{TokenQueries.Insert}", [.. OfGrant, .. TokenQueries.OfNew]);

    /// <summary>Writes a grant. On SQLite it takes a transaction to write all of it or nothing, as it does for the next.</summary>
    public Task<int> InsertAsync(IdentityStoreContext store, NewGrant grant, CancellationToken cancellationToken) => _grant.ExecuteAsync(store, ValuesOf(grant), cancellationToken);

    /// <summary>Writes a grant with its first token.</summary>
    public Task<int> InsertAsync(IdentityStoreContext store, NewGrant grant, TokenRow token, CancellationToken cancellationToken) =>
        _grantWithToken.ExecuteAsync(store, [.. ValuesOf(grant), .. TokenQueries.ValuesOf(token)], cancellationToken);

    private static object?[] ValuesOf(NewGrant grant) =>
    [
        grant.Id, grant.ClientKey, grant.Id.ToString(), grant.CreatedAt, grant.Scopes, grant.UserId.ToString(), grant.SessionId, grant.ClientId,
        grant.Told.EventId, grant.Told.Payload, grant.Told.CreatedAt,
    ];
}
