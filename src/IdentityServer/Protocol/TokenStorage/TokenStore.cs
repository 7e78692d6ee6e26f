using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;
using OpenIddict.Abstractions;
using OpenIddict.EntityFrameworkCore;
using ClientEntity = OpenIddict.EntityFrameworkCore.Models.OpenIddictEntityFrameworkCoreApplication<System.Guid>;
using GrantEntity = OpenIddict.EntityFrameworkCore.Models.OpenIddictEntityFrameworkCoreAuthorization<System.Guid>;
using TokenEntity = OpenIddict.EntityFrameworkCore.Models.OpenIddictEntityFrameworkCoreToken<System.Guid>;

namespace UserDomain.IdentityServer.Protocol.TokenStorage;

/// <summary>The library's store of tokens: it sees the <see cref="TokenRows"/> of the request.</summary>
internal sealed class TokenStore(
    IMemoryCache cache, IOpenIddictEntityFrameworkCoreContext contexts, IOptionsMonitor<OpenIddictEntityFrameworkCoreOptions> options, TokenRows rows)
    : OpenIddictEntityFrameworkCoreTokenStore<TokenEntity, ClientEntity, GrantEntity, Guid>(cache, contexts, options)
{
    /// <summary>What the model calls the key of the client.</summary>
    public const string ClientKey = "ApplicationId";

    /// <summary>What the model calls the key of the grant.</summary>
    public const string GrantKey = "AuthorizationId";

    public override ValueTask<TokenEntity> InstantiateAsync(CancellationToken cancellationToken) => new(rows.Make().Token);

    public override ValueTask CreateAsync(TokenEntity token, CancellationToken cancellationToken)
    {
        rows.Add(RowOf(token));
        return default;
    }

    // The library's way takes a changed row for the one that is stored, and would not notice that it was changed by somebody else as well.
    public override async ValueTask UpdateAsync(TokenEntity token, CancellationToken cancellationToken)
    {
        if (RowOf(token) is not { Stored: not null } stored)
        {
            return;
        }

        try
        {
            await rows.UpdateAsync(stored, cancellationToken);
        }
        catch (DbUpdateConcurrencyException exception)
        {
            throw new OpenIddictExceptions.ConcurrencyException("Somebody else has changed the token.", exception);
        }
    }

    public override async ValueTask<TokenEntity?> FindByIdAsync(string identifier, CancellationToken cancellationToken) =>
        (await rows.FindAsync(ConvertIdentifierFromString(identifier), cancellationToken))?.Token;

    public override async ValueTask<TokenEntity?> FindByReferenceIdAsync(string identifier, CancellationToken cancellationToken) =>
        (await rows.FindAsync(identifier, cancellationToken))?.Token;

    public override ValueTask<string?> GetApplicationIdAsync(TokenEntity token, CancellationToken cancellationToken) => new(RowOf(token).ClientId?.ToString());

    public override ValueTask SetApplicationIdAsync(TokenEntity token, string? identifier, CancellationToken cancellationToken)
    {
        RowOf(token).ClientId = IdOf(identifier);
        return default;
    }

    public override ValueTask<string?> GetAuthorizationIdAsync(TokenEntity token, CancellationToken cancellationToken) => new(RowOf(token).GrantId?.ToString());

    public override ValueTask SetAuthorizationIdAsync(TokenEntity token, string? identifier, CancellationToken cancellationToken)
    {
        RowOf(token).GrantId = IdOf(identifier);
        return default;
    }

    private TokenRow RowOf(TokenEntity token) => rows.Of(token) ?? throw new InvalidOperationException("The token was read by ways that are not in use.");

    private Guid? IdOf(string? identifier) => string.IsNullOrEmpty(identifier) ? null : ConvertIdentifierFromString(identifier);
}
