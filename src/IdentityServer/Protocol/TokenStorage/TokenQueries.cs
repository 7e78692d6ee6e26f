using System.Data.Common;
using OpenIddict.EntityFrameworkCore.Models;
using UserDomain.Database;
using UserDomain.IdentityServer.Protocol.Subjects;
using UserDomain.IdentityStore;
using static OpenIddict.Abstractions.OpenIddictConstants;
using TokenEntity = OpenIddict.EntityFrameworkCore.Models.OpenIddictEntityFrameworkCoreToken<System.Guid>;

namespace UserDomain.IdentityServer.Protocol.TokenStorage;

/// <summary>A code or refresh token that shall be used up without having been read: what its row has to say, and how its user must stand.</summary>
/// <param name="Token">The row.</param>
/// <param name="Reference">What is stored of it.</param>
/// <param name="Type">One of <see cref="TokenTypeIdentifiers"/>.</param>
/// <param name="GrantId">Its grant.</param>
/// <param name="SessionId">The session of the grant.</param>
/// <param name="UserId">The user.</param>
/// <param name="UserVersion">Version of the user's record when it was made.</param>
internal sealed record Renewal(Guid Token, string Reference, string Type, Guid GrantId, Guid SessionId, Guid UserId, long UserVersion);

/// <summary>
/// How tokens are read and written (ADR 0027). Whoever reads one is about to ask whether its user may still have it: the answer comes in the same row.
/// </summary>
internal sealed class TokenQueries
{
    private const string TokenColumns = """
        t.id, t.application_id, t.authorization_id, t.concurrency_token, t.creation_date, t.expiration_date, t.payload, t.properties, t.redemption_date,
        t.reference_id, t.status, t.subject, t.type
        """;

    private const int SessionColumn = 13;
    private const int UserColumn = SessionColumn + 3;

    private static readonly string Find = $$"""
        SELECT {{TokenColumns}}, s.id, s.closed_at IS NULL, g.status = '{{Statuses.Valid}}' AND g.creation_date > @oldest, {{SubjectQuery.Columns}}
        FROM {tokens} AS t
        LEFT JOIN {authorizations} AS g ON g.id = t.authorization_id
        LEFT JOIN {session_authorizations} AS made ON made.authorization_id = t.authorization_id
        LEFT JOIN {sessions} AS s ON s.id = made.session_id
        LEFT JOIN {users} AS u ON u.id = s.user_id AND u.disabled_at IS NULL
        WHERE
        """;

    private const string Redeem = """
        UPDATE {tokens} SET status = @status, redemption_date = @redeemed, concurrency_token = @version
        WHERE id = @used AND status = @old_status AND concurrency_token = @old_version
        """;

    // The same for one that was not read, if its user passes. What was sealed together need not be compared: a database that plans while it is empty takes any column with
    // an index for as good as the key, and stays with it. That of the end is hidden from it.
    private static readonly string Renew = $$"""
        UPDATE {tokens} SET status = '{{Statuses.Redeemed}}', redemption_date = @redeemed, concurrency_token = @version
        WHERE id = @used AND reference_id = @used_reference AND type = @used_type AND status = '{{Statuses.Valid}}' AND COALESCE(expiration_date, @redeemed) > @redeemed
          AND {{SubjectQuery.PersonPasses}} AND {{SubjectQuery.GrantLives}}
        RETURNING {{SubjectQuery.RolesOf("@user")}}
        """;

    private const string WhenUsed = "WHERE EXISTS (SELECT 1 FROM {tokens} AS t WHERE t.id = @used AND t.concurrency_token = @version)";

    /// <summary>Writes a new token, for a statement with <see cref="OfNew"/> and <see cref="ValuesOf"/>.</summary>
    public const string Insert = $$"""
        INSERT INTO {tokens} (id, application_id, authorization_id, concurrency_token, creation_date, expiration_date, payload, properties, redemption_date, reference_id, status, subject, type)
        SELECT @id, @application, @authorization, @concurrency, @created, @expires, @payload, @properties, @unredeemed, @reference, @valid, @subject, @type
        """;

    private static readonly StatementParameter Oldest = new("oldest", typeof(OpenIddictEntityFrameworkCoreAuthorization<Guid>), nameof(OpenIddictEntityFrameworkCoreAuthorization<Guid>.CreationDate));

    private static readonly StatementParameter[] OfUsed =
    [
        Of("status", nameof(TokenEntity.Status)), Of("redeemed", nameof(TokenEntity.RedemptionDate)), Of("version", nameof(TokenEntity.ConcurrencyToken)),
        Of("used", nameof(TokenEntity.Id)), Of("old_status", nameof(TokenEntity.Status)), Of("old_version", nameof(TokenEntity.ConcurrencyToken)),
    ];

    private static readonly StatementParameter[] OfRenewed =
    [
        Of("used", nameof(TokenEntity.Id)), Of("used_reference", nameof(TokenEntity.ReferenceId)), Of("used_type", nameof(TokenEntity.Type)), Of("redeemed", nameof(TokenEntity.RedemptionDate)),
        Of("version", nameof(TokenEntity.ConcurrencyToken)), .. SubjectQuery.PersonParameters, .. SubjectQuery.GrantParameters,
    ];

    public static readonly StatementParameter[] OfNew =
    [
        Of("id", nameof(TokenEntity.Id)), Of("application", TokenStore.ClientKey), Of("authorization", TokenStore.GrantKey),
        Of("concurrency", nameof(TokenEntity.ConcurrencyToken)), Of("created", nameof(TokenEntity.CreationDate)), Of("expires", nameof(TokenEntity.ExpirationDate)),
        Of("payload", nameof(TokenEntity.Payload)), Of("properties", nameof(TokenEntity.Properties)), Of("unredeemed", nameof(TokenEntity.RedemptionDate)),
        Of("reference", nameof(TokenEntity.ReferenceId)), Of("valid", nameof(TokenEntity.Status)), Of("subject", nameof(TokenEntity.Subject)), Of("type", nameof(TokenEntity.Type)),
    ];

    private readonly Statement _findById = new($"{Find} t.id = @id", Of("id", nameof(TokenEntity.Id)), Oldest);
    private readonly Statement _findByReference = new($"{Find} t.reference_id = @reference", Of("reference", nameof(TokenEntity.ReferenceId)), Oldest);
    private readonly Statement _redeem = new(Redeem, OfUsed);
    private readonly Statement _replace = new($"{Redeem};\n{Insert} {WhenUsed}", [.. OfUsed, .. OfNew]);
    // Without a column: its reference is unique as well, and PostgreSQL may meet that first when two write the same row at once.
    private readonly Statement _insert = new($"{Insert} WHERE TRUE ON CONFLICT DO NOTHING", OfNew);
    private readonly Statement _redeemUnread = new(Renew, OfRenewed);
    private readonly Statement _renew = new($"{Renew};\n{Insert} {WhenUsed}", [.. OfRenewed, .. OfNew]);

    public Task<TokenRow?> FindByIdAsync(IdentityStoreContext store, Guid id, DateTime oldest, CancellationToken cancellationToken) =>
        _findById.ReadAsync(store, [id, oldest], Read, cancellationToken);

    public Task<TokenRow?> FindByReferenceIdAsync(IdentityStoreContext store, string reference, DateTime oldest, CancellationToken cancellationToken) =>
        _findByReference.ReadAsync(store, [reference, oldest], Read, cancellationToken);

    /// <summary>Marks a token as used, and writes the one that is given for it; the database takes both or neither.</summary>
    /// <returns>Whether it was; false when somebody else has changed it since it was read.</returns>
    public async Task<bool> ReplaceAsync(IdentityStoreContext store, TokenRow used, TokenRow? made, CancellationToken cancellationToken)
    {
        object?[] change = [used.Token.Status, used.Token.RedemptionDate, used.Token.ConcurrencyToken, used.Token.Id, used.Stored!.Value.Status, used.Stored!.Value.Version];
        if (made is null)
        {
            return await _redeem.ExecuteAsync(store, change, cancellationToken) == 1;
        }

        return await _replace.ExecuteAsync(store, [.. change, .. ValuesOf(made)], cancellationToken) == 2;
    }

    /// <summary>Does the same for a token that was not read, if its user passes the gate: all there is to renewing it.</summary>
    /// <returns>The roles of the user; null when nothing was written.</returns>
    public Task<HashSet<Guid>?> RenewAsync(
        IdentityStoreContext store, Renewal renewal, TokenRow? made, (DateTime Now, DateTime Oldest, string Version) written, CancellationToken cancellationToken)
    {
        object?[] change =
        [
            renewal.Token, renewal.Reference, renewal.Type, written.Now, written.Version, renewal.UserId, renewal.UserVersion, renewal.SessionId, renewal.GrantId,
            written.Oldest,
        ];
        return made is null
            ? _redeemUnread.ReadAsync(store, change, row => SubjectQuery.ReadRoles(row, 0), cancellationToken)
            : _renew.ReadAsync(store, [.. change, .. ValuesOf(made)], row => SubjectQuery.ReadRoles(row, 0), cancellationToken);
    }

    /// <summary>Writes a token unless it is there already.</summary>
    public Task<int> TryInsertAsync(IdentityStoreContext store, TokenRow made, CancellationToken cancellationToken) => _insert.ExecuteAsync(store, ValuesOf(made), cancellationToken);

    public static object?[] ValuesOf(TokenRow made) =>
    [
        made.Token.Id, made.ClientId, made.GrantId, made.Token.ConcurrencyToken, made.Token.CreationDate, made.Token.ExpirationDate, made.Token.Payload, made.Token.Properties,
        made.Token.RedemptionDate, made.Token.ReferenceId, made.Token.Status, made.Token.Subject, made.Token.Type,
    ];

    private static StatementParameter Of(string name, string property) => new(name, typeof(TokenEntity), property);

    private static TokenRow Read(DbDataReader row)
    {
        var token = new TokenEntity
        {
            Id = row.GetGuid(0),
            ConcurrencyToken = row.GetText(3),
            CreationDate = row.GetUtc(4),
            ExpirationDate = row.GetUtc(5),
            Payload = row.GetText(6),
            Properties = row.GetText(7),
            RedemptionDate = row.GetUtc(8),
            ReferenceId = row.GetText(9),
            Status = row.GetText(10),
            Subject = row.GetText(11),
            Type = row.GetText(12),
        };
        return new(token)
        {
            ClientId = row.GetId(1),
            GrantId = row.GetId(2),
            Stored = (token.Status, token.ConcurrencyToken),
            SessionId = row.GetId(SessionColumn),
            Subject = row.IsDBNull(UserColumn) ? null : SubjectQuery.Read(row, UserColumn, row.GetBoolean(SessionColumn + 1), row.GetBoolean(SessionColumn + 2), isRevoked: false),
        };
    }
}
