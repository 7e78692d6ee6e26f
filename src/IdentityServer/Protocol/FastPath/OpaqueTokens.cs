using System.Buffers.Text;
using System.Globalization;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using UserDomain.Database;
using UserDomain.IdentityServer.Protocol.TokenStorage;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace UserDomain.IdentityServer.Protocol.FastPath;

/// <summary>Makes codes and refresh tokens: 256 random bits, and a row that knows what they stand for.</summary>
internal sealed class OpaqueTokens(TokenRows rows, TokenSealer sealer, TimeProvider time)
{
    private const int Bytes = 32;

    /// <summary>What is stored of a token: what the library stores.</summary>
    public static string ReferenceOf(string token) => Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    /// <summary>Makes a token. Its row is written with the others of the request.</summary>
    /// <param name="type">One of <see cref="TokenTypeIdentifiers"/>.</param>
    /// <param name="life">How long it lives.</param>
    /// <param name="client">Key of its client.</param>
    /// <param name="grant">Its grant.</param>
    /// <param name="subject">Its user.</param>
    /// <param name="claims">What it stands for, but for what is about the token itself.</param>
    public string Make(string type, TimeSpan life, Guid client, Guid grant, string subject, IEnumerable<Claim> claims)
    {
        var token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes));
        var row = rows.Make();
        var (now, id) = (time.GetStoredNow(), row.Token.Id.ToString());
        (row.ClientId, row.GrantId) = (client, grant);
        row.Token.ConcurrencyToken = id;
        row.Token.CreationDate = now.UtcDateTime;
        row.Token.ExpirationDate = (now + life).UtcDateTime;
        row.Token.Payload = sealer.Seal(
        [
            .. claims,
            new(Claims.Private.CreationDate, now.ToString("r", CultureInfo.InvariantCulture)),
            new(Claims.Private.ExpirationDate, (now + life).ToString("r", CultureInfo.InvariantCulture)),
            new(Claims.Private.TokenId, id),
        ],
            id);
        row.Token.ReferenceId = ReferenceOf(token);
        row.Token.Status = Statuses.Valid;
        row.Token.Subject = subject;
        row.Token.Type = type;
        rows.Add(row);
        return token;
    }
}
