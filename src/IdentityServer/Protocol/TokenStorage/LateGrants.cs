using System.Globalization;
using System.Security.Claims;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;
using UserDomain.Contracts;
using UserDomain.Database;
using UserDomain.IdentityServer.Protocol.Authorization;
using UserDomain.IdentityServer.Protocol.Subjects;
using UserDomain.IdentityServer.SignIn;
using UserDomain.IdentityStore;
using static OpenIddict.Abstractions.OpenIddictConstants;
using ClientEntity = OpenIddict.EntityFrameworkCore.Models.OpenIddictEntityFrameworkCoreApplication<System.Guid>;

namespace UserDomain.IdentityServer.Protocol.TokenStorage;

/// <summary>A grant that is still to be written.</summary>
/// <param name="Grant">The grant.</param>
/// <param name="UserVersion">Version of the user's record when the code was made.</param>
/// <param name="ClientVersion">Version of the client then.</param>
internal sealed record LateGrant(NewGrant Grant, long UserVersion, string ClientVersion);

/// <summary>
/// Grants nothing was written of when their code was made: the code says all there is to say, and the grant is written when it is redeemed, once, for its key is in the code (ADR 0029).
/// </summary>
internal sealed class LateGrants(IdentityStoreContext store, GrantStore grants, GrantQueries queries, TokenQueries tokens, RevocationQuery revocations, TimeProvider time)
{
    /// <summary>The name of the user; a code has it whose grant is still to be written.</summary>
    public const string UserNameClaim = "late_user_name";

    /// <summary>The version of the client.</summary>
    public const string ClientVersionClaim = "late_client_version";

    /// <summary>Where the user was.</summary>
    public const string AddressClaim = "late_address";

    /// <summary>All of these, which belong to the code alone.</summary>
    public static readonly string[] OwnClaims = [UserNameClaim, ClientVersionClaim, AddressClaim];

    /// <summary>What a code has to say besides what any code does.</summary>
    public static IEnumerable<Claim> ClaimsOf(CurrentSession session, Client client, string? address)
    {
        yield return new(UserNameClaim, session.UserName);
        yield return new(ClientVersionClaim, client.Version);
        if (address is not null)
        {
            yield return new(AddressClaim, address);
        }
    }

    /// <summary>The grant of a code; null for a code whose grant was written with it, and for one that has expired.</summary>
    public async ValueTask<LateGrant?> ReadAsync(ClaimsPrincipal code, CancellationToken cancellationToken)
    {
        if (code.GetClaim(UserNameClaim) is not { } userName || code.GetExpirationDate() is not { } end || end <= time.GetUtcNow())
        {
            return null;
        }

        var session = new CurrentSession(
            Guid.Parse(code.GetClaim(TokenClaims.SessionId)!), Guid.Parse(code.GetClaim(Claims.Subject)!), userName,
            long.Parse(code.GetClaim(TokenClaims.Version)!, CultureInfo.InvariantCulture),
            DateTimeOffset.FromUnixTimeSeconds(long.Parse(code.GetClaim(Claims.AuthenticationTime)!, CultureInfo.InvariantCulture)),
            code.GetClaims(Claims.AuthenticationMethodReference));
        if (await grants.TryFindClientAsync(code.GetPresenters().Single(), cancellationToken) is not { } client)
        {
            return null;
        }

        var grant = grants.Create(client, session, code.GetScopes(), Guid.Parse(code.GetAuthorizationId()!), code.GetClaim(AddressClaim));
        return new(grant, session.UserVersion, code.GetClaim(ClientVersionClaim)!);
    }

    /// <summary>
    /// Writes the grant of a code with a row for the code, for the pipeline to redeem it; when the grant is there already, for the code was redeemed, the row says so.
    /// </summary>
    /// <returns>Whether there is such a row now.</returns>
    public async Task<bool> WriteAsync(TokenText token, ClaimsPrincipal code, CancellationToken cancellationToken)
    {
        if (await ReadAsync(code, cancellationToken) is not { } late || await IsRevokedAsync(late, code, cancellationToken))
        {
            return false;
        }

        var row = RowOf(token, late.Grant, code.GetExpirationDate()!.Value);
        await using var transaction = await store.Database.BeginTransactionAsync(cancellationToken);
        if (!await queries.TryInsertAsync(store, late.Grant, row, cancellationToken))
        {
            (row.Token.Status, row.Token.RedemptionDate) = (Statuses.Redeemed, row.Token.CreationDate);
            await tokens.TryInsertAsync(store, row, cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    // A client that was disabled meanwhile has lost its codes; one that was only changed has not.
    private async Task<bool> IsRevokedAsync(LateGrant late, ClaimsPrincipal code, CancellationToken cancellationToken) =>
        !await store.Set<ClientEntity>().AnyAsync(client => client.Id == late.Grant.ClientKey && client.ConcurrencyToken == late.ClientVersion, cancellationToken)
        && await revocations.IsRevokedAsync(
            store, RevocableToken.None with { ClientId = late.Grant.ClientId, IssuedAt = code.GetCreationDate() ?? DateTimeOffset.MinValue }, time.GetStoredNow(), cancellationToken);

    private static TokenRow RowOf(TokenText token, NewGrant grant, DateTimeOffset end) => new(new()
    {
        Id = token.Id,
        ConcurrencyToken = token.Id.ToString(),
        CreationDate = (end - TokenLifetimes.AuthorizationCode).UtcDateTime,
        ExpirationDate = end.UtcDateTime,
        ReferenceId = token.Reference,
        Status = Statuses.Valid,
        Subject = grant.UserId.ToString(),
        Type = TokenTypeIdentifiers.Private.AuthorizationCode,
    })
    {
        ClientId = grant.ClientKey,
        GrantId = grant.Id,
    };
}
