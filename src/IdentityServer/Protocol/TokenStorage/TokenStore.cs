using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;
using OpenIddict.Abstractions;
using OpenIddict.EntityFrameworkCore;
using UserDomain.IdentityStore;
using ClientEntity = OpenIddict.EntityFrameworkCore.Models.OpenIddictEntityFrameworkCoreApplication<System.Guid>;
using GrantEntity = OpenIddict.EntityFrameworkCore.Models.OpenIddictEntityFrameworkCoreAuthorization<System.Guid>;
using TokenEntity = OpenIddict.EntityFrameworkCore.Models.OpenIddictEntityFrameworkCoreToken<System.Guid>;

namespace UserDomain.IdentityServer.Protocol.TokenStorage;

/// <summary>
/// The library's store of tokens with as few ways to the database as a request needs: a token that is found brings its grant along, and
/// one that is made waits for <see cref="WriteTokens"/>, which writes everything a request changes at once.
/// </summary>
internal sealed class TokenStore(
    IMemoryCache cache, IOpenIddictEntityFrameworkCoreContext contexts, IOptionsMonitor<OpenIddictEntityFrameworkCoreOptions> options,
    IdentityStoreContext store, TokenQueries queries, TimeProvider time)
    : OpenIddictEntityFrameworkCoreTokenStore<TokenEntity, ClientEntity, GrantEntity, Guid>(cache, contexts, options)
{
    private const string ClientKey = "ApplicationId";
    private const string GrantKey = "AuthorizationId";

    public override ValueTask CreateAsync(TokenEntity token, CancellationToken cancellationToken)
    {
        store.Add(token);
        return default;
    }

    // The library's way takes a changed row for the one that is stored, and would not notice that it was changed by somebody else as well.
    public override async ValueTask UpdateAsync(TokenEntity token, CancellationToken cancellationToken)
    {
        var entry = store.Entry(token);
        if (entry.State == EntityState.Added)
        {
            return;
        }

        token.ConcurrencyToken = Guid.CreateVersion7(time.GetUtcNow()).ToString();
        try
        {
            await store.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateConcurrencyException exception)
        {
            entry.State = EntityState.Unchanged;
            throw new OpenIddictExceptions.ConcurrencyException("Somebody else has changed the token.", exception);
        }
    }

    public override ValueTask<TokenEntity?> FindByIdAsync(string identifier, CancellationToken cancellationToken)
    {
        var id = ConvertIdentifierFromString(identifier);
        return Known(tokens => tokens.FindEntry(id)) is { Entity: var known } ? new(known) : new(queries.FindByIdAsync(store, id, cancellationToken));
    }

    public override ValueTask<TokenEntity?> FindByReferenceIdAsync(string identifier, CancellationToken cancellationToken) =>
        Known(tokens => tokens.FindEntry(nameof(TokenEntity.ReferenceId), identifier)) is { Entity: var known }
            ? new(known)
            : new(queries.FindByReferenceIdAsync(store, identifier, cancellationToken));

    // The keys are enough: nobody needs the rows they lead to.
    public override ValueTask<string?> GetApplicationIdAsync(TokenEntity token, CancellationToken cancellationToken) => new(KeyOf(token, ClientKey)?.ToString());

    public override ValueTask SetApplicationIdAsync(TokenEntity token, string? identifier, CancellationToken cancellationToken) => SetKey(token, ClientKey, identifier);

    public override ValueTask<string?> GetAuthorizationIdAsync(TokenEntity token, CancellationToken cancellationToken) => new(KeyOf(token, GrantKey)?.ToString());

    public override ValueTask SetAuthorizationIdAsync(TokenEntity token, string? identifier, CancellationToken cancellationToken) => SetKey(token, GrantKey, identifier);

    private Guid? KeyOf(TokenEntity token, string key) => Undisturbed(() => store.Entry(token)).Property<Guid?>(key).CurrentValue;

    private EntityEntry<TokenEntity>? Known(Func<LocalView<TokenEntity>, EntityEntry<TokenEntity>?> find) => Undisturbed(() => find(store.Set<TokenEntity>().Local));

    // Each look at what is tracked would go through all of it for changes; they are looked for once, when it is written.
    private T Undisturbed<T>(Func<T> look)
    {
        store.ChangeTracker.AutoDetectChangesEnabled = false;
        try
        {
            return look();
        }
        finally
        {
            store.ChangeTracker.AutoDetectChangesEnabled = true;
        }
    }

    private ValueTask SetKey(TokenEntity token, string key, string? identifier)
    {
        Undisturbed(() => store.Entry(token)).Property<Guid?>(key).CurrentValue = string.IsNullOrEmpty(identifier) ? null : ConvertIdentifierFromString(identifier);
        return default;
    }
}

/// <summary>How tokens are found: asked so often that the questions are made once.</summary>
internal sealed class TokenQueries
{
    public Func<IdentityStoreContext, Guid, CancellationToken, Task<TokenEntity?>> FindByIdAsync { get; } =
        EF.CompileAsyncQuery((IdentityStoreContext store, Guid id, CancellationToken _) =>
            store.Set<TokenEntity>().AsTracking().Include(token => token.Authorization).FirstOrDefault(token => token.Id == id));

    public Func<IdentityStoreContext, string, CancellationToken, Task<TokenEntity?>> FindByReferenceIdAsync { get; } =
        EF.CompileAsyncQuery((IdentityStoreContext store, string identifier, CancellationToken _) =>
            store.Set<TokenEntity>().AsTracking().Include(token => token.Authorization).FirstOrDefault(token => token.ReferenceId == identifier));
}
