using UserDomain.Database;
using UserDomain.Events;
using UserDomain.IdentityServer.Protocol.Subjects;
using UserDomain.IdentityStore;
using UserDomain.IdentityStore.Sessions;
using static OpenIddict.Abstractions.OpenIddictConstants;
using ClientEntity = OpenIddict.EntityFrameworkCore.Models.OpenIddictEntityFrameworkCoreApplication<System.Guid>;
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
internal sealed record NewGrant(Guid Id, Guid ClientKey, string ClientId, Guid UserId, Guid SessionId, string Scopes, DateTime CreatedAt, OutboxMessage Told)
{
    /// <summary>Tells this attempt to write it from any other.</summary>
    public string Version { get; } = Guid.CreateVersion7().ToString();
}

/// <summary>How grants are written (ADR 0027): with what ties them to their session, what the audit trail is told, and the first token.</summary>
internal sealed class GrantQueries
{
    private const string Grant = $$"""
        INSERT INTO {authorizations} (id, application_id, concurrency_token, creation_date, scopes, status, subject, type)
        SELECT @grant, @client_key, @version, @granted, @scopes, '{{Statuses.Valid}}', @grantee, '{{AuthorizationTypes.AdHoc}}'
        """;

    private const string Link = "INSERT INTO {session_authorizations} (session_id, authorization_id, client_id) SELECT @session, @grant, @client_id";

    private const string Event = "INSERT INTO {outbox_messages} (event_id, payload, created_at) SELECT @event, @told, @told_at";

    // Whoever is second has written nothing.
    private const string Once = "ON CONFLICT (id) DO NOTHING";

    private const string WhenFirst = "WHERE EXISTS (SELECT 1 FROM {authorizations} AS g WHERE g.id = @grant AND g.concurrency_token = @version)";

    private const string ClientIsSame = "EXISTS (SELECT 1 FROM {clients} AS c WHERE c.id = @client_key AND c.concurrency_token = @client_version)";

    private static readonly StatementParameter[] OfGrant =
    [
        new("grant", typeof(GrantEntity), nameof(GrantEntity.Id)), new("client_key", typeof(GrantEntity), TokenStore.ClientKey),
        new("version", typeof(GrantEntity), nameof(GrantEntity.ConcurrencyToken)), new("granted", typeof(GrantEntity), nameof(GrantEntity.CreationDate)),
        new("scopes", typeof(GrantEntity), nameof(GrantEntity.Scopes)), new("grantee", typeof(GrantEntity), nameof(GrantEntity.Subject)),
        new("session", typeof(SessionAuthorization), nameof(SessionAuthorization.SessionId)),
        new("client_id", typeof(SessionAuthorization), nameof(SessionAuthorization.ClientId)),
        new("event", typeof(OutboxMessage), nameof(OutboxMessage.EventId)), new("told", typeof(OutboxMessage), nameof(OutboxMessage.Payload)),
        new("told_at", typeof(OutboxMessage), nameof(OutboxMessage.CreatedAt)),
    ];

    private static readonly string Whole = $"{Grant};\n{Link};\n{Event}";
    private static readonly string Rest = $"{Link} {WhenFirst};\n{Event} {WhenFirst}";
    private static readonly string Redeemed = $"{Grant} WHERE {SubjectQuery.PersonPasses} AND {ClientIsSame} {Once} RETURNING {SubjectQuery.RolesOf("@user")};\n{Rest}";

    private static readonly StatementParameter[] OfRedeemed = [.. OfGrant, .. SubjectQuery.PersonParameters, new("client_version", typeof(ClientEntity), nameof(ClientEntity.ConcurrencyToken))];

    private readonly Statement _grant = new(Whole, OfGrant);
    private readonly Statement _grantWithToken = new($"{Whole};\n{TokenQueries.Insert}", [.. OfGrant, .. TokenQueries.OfNew]);
    private readonly Statement _redeem = new(Redeemed, OfRedeemed);
    private readonly Statement _redeemForToken = new($"{Redeemed};\n{TokenQueries.Insert} {WhenFirst}", [.. OfRedeemed, .. TokenQueries.OfNew]);
    private readonly Statement _late = new($"{Grant} WHERE TRUE {Once};\n{Rest};\n{TokenQueries.Insert} {WhenFirst}", [.. OfGrant, .. TokenQueries.OfNew]);

    /// <summary>Writes a grant. On SQLite it takes a transaction to write all of it or nothing, as it does for the next.</summary>
    public Task<int> InsertAsync(IdentityStoreContext store, NewGrant grant, CancellationToken cancellationToken) => _grant.ExecuteAsync(store, ValuesOf(grant), cancellationToken);

    /// <summary>Writes a grant with its first token.</summary>
    public Task<int> InsertAsync(IdentityStoreContext store, NewGrant grant, TokenRow token, CancellationToken cancellationToken) =>
        _grantWithToken.ExecuteAsync(store, [.. ValuesOf(grant), .. TokenQueries.ValuesOf(token)], cancellationToken);

    /// <summary>Writes a grant, with a token, unless it is there already.</summary>
    /// <returns>Whether it was not.</returns>
    public async Task<bool> TryInsertAsync(IdentityStoreContext store, NewGrant grant, TokenRow token, CancellationToken cancellationToken) =>
        await _late.ExecuteAsync(store, [.. ValuesOf(grant), .. TokenQueries.ValuesOf(token)], cancellationToken) > 0;

    /// <summary>Writes a grant, with a token if there is one, unless it is there already, its client was changed or the user does not pass the gate.</summary>
    /// <returns>The roles of the user; null when nothing was written.</returns>
    public Task<HashSet<Guid>?> RedeemAsync(IdentityStoreContext store, LateGrant late, TokenRow? token, CancellationToken cancellationToken)
    {
        object?[] values = [.. ValuesOf(late.Grant), late.Grant.UserId, late.UserVersion, late.Grant.SessionId, late.ClientVersion];
        return token is null
            ? _redeem.ReadAsync(store, values, row => SubjectQuery.ReadRoles(row, 0), cancellationToken)
            : _redeemForToken.ReadAsync(store, [.. values, .. TokenQueries.ValuesOf(token)], row => SubjectQuery.ReadRoles(row, 0), cancellationToken);
    }

    private static object?[] ValuesOf(NewGrant grant) =>
    [
        grant.Id, grant.ClientKey, grant.Version, grant.CreatedAt, grant.Scopes, grant.UserId.ToString(), grant.SessionId, grant.ClientId,
        grant.Told.EventId, grant.Told.Payload, grant.Told.CreatedAt,
    ];
}
