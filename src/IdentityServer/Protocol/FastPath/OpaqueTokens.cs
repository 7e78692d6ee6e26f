using System.Globalization;
using System.Security.Claims;
using UserDomain.Database;
using UserDomain.IdentityServer.Protocol.TokenStorage;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace UserDomain.IdentityServer.Protocol.FastPath;

/// <summary>Makes codes and refresh tokens.</summary>
internal sealed class OpaqueTokens(TokenRows rows, TokenSealer sealer, TimeProvider time)
{
    /// <summary>Makes a refresh token. Its row is written with the others of the request.</summary>
    /// <param name="client">Key of its client.</param>
    /// <param name="grant">What it belongs to.</param>
    public string MakeRefreshToken(Guid client, PlainGrant grant)
    {
        var row = rows.Make();
        var now = time.GetStoredNow();
        var token = Seal(row.Token.Id, grant.Next, now, TokenLifetimes.RefreshTokenIdle);
        (row.ClientId, row.GrantId) = (client, grant.Origin.Id);
        row.Token.ConcurrencyToken = row.Token.Id.ToString();
        row.Token.CreationDate = now.UtcDateTime;
        row.Token.ExpirationDate = (now + TokenLifetimes.RefreshTokenIdle).UtcDateTime;
        row.Token.ReferenceId = token.Reference;
        row.Token.Status = Statuses.Valid;
        row.Token.Subject = grant.Subject.ToString();
        row.Token.Type = TokenTypeIdentifiers.RefreshToken;
        rows.Add(row);
        return token.ToString();
    }

    /// <summary>Makes a code, of which nothing is written.</summary>
    /// <param name="claims">What it stands for, but for what is about the code itself.</param>
    public string MakeCode(IEnumerable<Claim> claims)
    {
        var now = time.GetStoredNow();
        return Seal(Guid.CreateVersion7(now), claims, now, TokenLifetimes.AuthorizationCode).ToString();
    }

    private TokenText Seal(Guid id, IEnumerable<Claim> claims, DateTimeOffset now, TimeSpan life) => TokenText.Create(id, sealer.Seal(
    [
        .. claims,
        new(Claims.Private.CreationDate, now.ToString("r", CultureInfo.InvariantCulture)),
        new(Claims.Private.ExpirationDate, (now + life).ToString("r", CultureInfo.InvariantCulture)),
        new(Claims.Private.TokenId, id.ToString()),
    ],
        id));
}
