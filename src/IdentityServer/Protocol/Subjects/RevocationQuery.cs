using UserDomain.Database;
using UserDomain.IdentityStore;
using UserDomain.IdentityStore.Sessions;

namespace UserDomain.IdentityServer.Protocol.Subjects;

/// <summary>Whether the revocation log names a token: a part of what the gate asks of users, and all there is to ask of a token no user stands behind.</summary>
internal sealed class RevocationQuery
{
    /// <summary>The question, for a <see cref="Statement"/> with <see cref="Parameters"/>.</summary>
    public const string Condition =
        "EXISTS (SELECT 1 FROM {revocations} AS r WHERE r.value IN (@token, @sid, @sub, @client) AND r.issued_before >= @issued AND r.expires_at > @now)";

    private readonly Statement _statement = new($"SELECT 1 WHERE {Condition}", [.. Parameters]);

    public static IEnumerable<StatementParameter> Parameters =>
    [
        .. new[] { "token", "sid", "sub", "client" }.Select(name => new StatementParameter(name, typeof(Revocation), nameof(Revocation.Value))),
        new("issued", typeof(Revocation), nameof(Revocation.IssuedBefore)),
        new("now", typeof(Revocation), nameof(Revocation.ExpiresAt)),
    ];

    public static IEnumerable<object?> ValuesOf(RevocableToken token, DateTimeOffset now) => [token.Id, token.SessionId, token.Subject, token.ClientId, token.IssuedAt, now];

    public async Task<bool> IsRevokedAsync(IdentityStoreContext store, RevocableToken token, DateTimeOffset now, CancellationToken cancellationToken) =>
        await _statement.ReadAsync(store, [.. ValuesOf(token, now)], _ => token, cancellationToken) is not null;
}
