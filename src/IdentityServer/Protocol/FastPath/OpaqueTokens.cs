using System.Globalization;
using System.Security.Claims;
using UserDomain.Database;
using UserDomain.IdentityServer.Protocol.TokenStorage;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace UserDomain.IdentityServer.Protocol.FastPath;

/// <summary>Makes codes and refresh tokens.</summary>
internal sealed class OpaqueTokens(TokenRows rows, TokenSealer sealer, TimeProvider time)
{
    /// <summary>Makes a token. Its row is written with the others of the request.</summary>
    /// <param name="type">One of <see cref="TokenTypeIdentifiers"/>.</param>
    /// <param name="life">How long it lives.</param>
    /// <param name="client">Key of its client.</param>
    /// <param name="grant">Its grant.</param>
    /// <param name="subject">Its user.</param>
    /// <param name="claims">What it stands for, but for what is about the token itself.</param>
    public string Make(string type, TimeSpan life, Guid client, Guid grant, Guid subject, IEnumerable<Claim> claims)
    {
        var row = rows.Make();
        var (now, id) = (time.GetStoredNow(), row.Token.Id.ToString());
        var token = TokenText.Create(row.Token.Id, sealer.Seal(
        [
            .. claims,
            new(Claims.Private.CreationDate, now.ToString("r", CultureInfo.InvariantCulture)),
            new(Claims.Private.ExpirationDate, (now + life).ToString("r", CultureInfo.InvariantCulture)),
            new(Claims.Private.TokenId, id),
        ],
            row.Token.Id));
        (row.ClientId, row.GrantId) = (client, grant);
        row.Token.ConcurrencyToken = id;
        row.Token.CreationDate = now.UtcDateTime;
        row.Token.ExpirationDate = (now + life).UtcDateTime;
        row.Token.ReferenceId = token.Reference;
        row.Token.Status = Statuses.Valid;
        row.Token.Subject = subject.ToString();
        row.Token.Type = type;
        rows.Add(row);
        return token.ToString();
    }
}
