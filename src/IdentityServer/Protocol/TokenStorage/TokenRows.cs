using System.Diagnostics.CodeAnalysis;
using Microsoft.EntityFrameworkCore;
using UserDomain.Database;
using UserDomain.IdentityStore;
using TokenEntity = OpenIddict.EntityFrameworkCore.Models.OpenIddictEntityFrameworkCoreToken<System.Guid>;

namespace UserDomain.IdentityServer.Protocol.TokenStorage;

/// <summary>The tokens of one request: each is read once, and what is made or used up is written at its end, all at once.</summary>
internal sealed class TokenRows(IdentityStoreContext store, TokenQueries queries, GrantQueries grants, TimeProvider time)
{
    private readonly Dictionary<Guid, TokenRow> _known = [];
    private readonly List<TokenRow> _made = [];
    private TokenRow? _used;
    private NewGrant? _begun;

    private DateTime Oldest => time.GetUtcNow().UtcDateTime - TokenLifetimes.Grant;

    public async ValueTask<TokenRow?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        _known.TryGetValue(id, out var known) ? known : Keep(await queries.FindByIdAsync(store, id, Oldest, cancellationToken));

    /// <param name="reference">Its reference as it is stored, which is its hash.</param>
    /// <param name="cancellationToken">Ends the wait for the database.</param>
    public async ValueTask<TokenRow?> FindAsync(string reference, CancellationToken cancellationToken) =>
        _known.Values.FirstOrDefault(row => row.Token.ReferenceId == reference) ?? Keep(await queries.FindByReferenceIdAsync(store, reference, Oldest, cancellationToken));

    /// <summary>The token of a grant that was read for this request.</summary>
    public TokenRow? OfGrant(Guid grant) => _known.Values.FirstOrDefault(row => row.GrantId == grant && row.Stored is not null);

    /// <summary>A token the library holds in its hands; null for one it has read by other ways.</summary>
    public TokenRow? Of(TokenEntity token) => _known.TryGetValue(token.Id, out var row) && row.Token == token ? row : null;

    /// <summary>A new token, which is written when <see cref="Add"/> was called for it.</summary>
    public TokenRow Make() => Keep(new(new TokenEntity { Id = Guid.CreateVersion7(time.GetUtcNow()) }));

    public void Add(TokenRow made) => _made.Add(made);

    /// <summary>A grant that is written with the first token that is made of it.</summary>
    public void Begin(NewGrant grant) => _begun = grant;

    /// <summary>Marks a token as used.</summary>
    /// <param name="used">The token, which can be used.</param>
    /// <param name="status">What it becomes.</param>
    public void Use(TokenRow used, string status)
    {
        (used.Token.Status, used.Token.RedemptionDate, used.Token.ConcurrencyToken) = (status, time.GetStoredNow().UtcDateTime, NewVersion());
        _used = used;
    }

    /// <summary>Uses a token up and writes the one that was made for it, if the row says what it shall and the user passes the gate.</summary>
    /// <returns>The roles of the user; null when nothing was written.</returns>
    public Task<HashSet<Guid>?> RenewAsync(Renewal renewal, CancellationToken cancellationToken) => WriteMadeAsync(
        made => queries.RenewAsync(store, renewal, made, (time.GetStoredNow().UtcDateTime, Oldest, NewVersion()), cancellationToken), cancellationToken);

    /// <summary>Writes a grant with the token that was made for it, if it was not written before, its client is as it was and the user passes the gate.</summary>
    /// <returns>The roles of the user; null when nothing was written.</returns>
    public Task<HashSet<Guid>?> RedeemAsync(LateGrant grant, CancellationToken cancellationToken) => WriteMadeAsync(
        made => grants.RedeemAsync(store, grant, made, cancellationToken), cancellationToken);

    /// <summary>Writes a token that was changed in any other way, at once.</summary>
    /// <exception cref="DbUpdateConcurrencyException">Somebody else has changed it since it was read.</exception>
    public async Task UpdateAsync(TokenRow changed, CancellationToken cancellationToken)
    {
        changed.Token.ConcurrencyToken = NewVersion();
        Track(changed);
        try
        {
            await store.SaveChangesAsync(cancellationToken);
        }
        finally
        {
            store.Entry(changed.Token).State = EntityState.Detached;
        }
    }

    /// <summary>Writes what was made and used, and whatever else the request has changed.</summary>
    /// <exception cref="DbUpdateConcurrencyException">Somebody else was faster: nothing is written.</exception>
    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        if (store.Database.CurrentTransaction is not null || store.ChangeTracker.HasChanges())
        {
            await WriteTrackedAsync(cancellationToken);
            return;
        }

        switch (_begun, _used, _made)
        {
            case (null, null, []):
                break;
            case (null, { } used, [] or [_]):
                await ReplaceAsync(used, _made.SingleOrDefault(), cancellationToken);
                break;
            case ({ } grant, null, [var made]):
                await AsOneAsync(() => grants.InsertAsync(store, grant, made, cancellationToken), cancellationToken);
                break;
            default:
                await WriteTrackedAsync(cancellationToken);
                break;
        }
    }

    private async Task<HashSet<Guid>?> WriteMadeAsync(Func<TokenRow?, Task<HashSet<Guid>?>> write, CancellationToken cancellationToken)
    {
        var made = _made.SingleOrDefault();
        var roles = await AsOneAsync(() => write(made), cancellationToken);
        _known.Clear();
        _made.Clear();
        return roles;
    }

    private async Task ReplaceAsync(TokenRow used, TokenRow? made, CancellationToken cancellationToken)
    {
        if (!await AsOneAsync(() => queries.ReplaceAsync(store, used, made, cancellationToken), cancellationToken))
        {
            throw new DbUpdateConcurrencyException("Somebody else has used the token.");
        }
    }

    // PostgreSQL takes what is sent together as one transaction.
    private async Task<T> AsOneAsync<T>(Func<Task<T>> write, CancellationToken cancellationToken)
    {
        await using var transaction = store is SqliteIdentityStoreContext ? await store.Database.BeginTransactionAsync(cancellationToken) : null;
        var written = await write();
        await (transaction?.CommitAsync(cancellationToken) ?? Task.CompletedTask);
        return written;
    }

    private async Task WriteTrackedAsync(CancellationToken cancellationToken)
    {
        await using var own = store.Database.CurrentTransaction is null && _begun is not null ? await store.Database.BeginTransactionAsync(cancellationToken) : null;
        if (_begun is not null)
        {
            await grants.InsertAsync(store, _begun, cancellationToken);
        }

        _made.ForEach(Track);
        if (_used is not null)
        {
            Track(_used);
        }

        await store.SaveChangesAsync(cancellationToken);
        await (store.Database.CurrentTransaction?.CommitAsync(cancellationToken) ?? Task.CompletedTask);
    }

    private void Track(TokenRow row)
    {
        var entry = row.Stored is null ? store.Add(row.Token) : store.Attach(row.Token);
        foreach (var (key, value) in new[] { (TokenStore.ClientKey, row.ClientId), (TokenStore.GrantKey, row.GrantId) })
        {
            entry.Property<Guid?>(key).CurrentValue = value;
        }

        if (row.Stored is { } stored)
        {
            entry.State = EntityState.Modified;
            (entry.Property(token => token.Status).OriginalValue, entry.Property(token => token.ConcurrencyToken).OriginalValue) = stored;
        }
    }

    private string NewVersion() => Guid.CreateVersion7(time.GetUtcNow()).ToString();

    [return: NotNullIfNotNull(nameof(row))]
    private TokenRow? Keep(TokenRow? row)
    {
        if (row is not null)
        {
            _known[row.Token.Id] = row;
        }

        return row;
    }
}
