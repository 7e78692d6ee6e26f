using System.Diagnostics.CodeAnalysis;
using System.Security.Claims;
using System.Security.Cryptography;
using UserDomain.IdentityServer.Protocol.Subjects;
using UserDomain.ServiceDefaults.Secrets;

namespace UserDomain.IdentityServer.Protocol.TokenStorage;

/// <summary>
/// Encrypts what a code or refresh token stands for under the key-encryption key, bound to the row it is kept in. Kept are the claims alone: which of them goes into
/// which token is decided anew when tokens are made.
/// </summary>
internal sealed class TokenSealer(KeyEncryptionKey root)
{
    private const string Prefix = "claims:";

    /// <summary>Whether a payload looks like a sealed one.</summary>
    public static bool IsSealed([NotNullWhen(true)] string? payload) => payload?.StartsWith(Prefix, StringComparison.Ordinal) == true;

    /// <summary>What goes into the row.</summary>
    /// <param name="claims">What the token stands for.</param>
    /// <param name="tokenId">The row.</param>
    public string Seal(IEnumerable<Claim> claims, string tokenId)
    {
        using var bytes = new MemoryStream(1024);
        using var writer = new BinaryWriter(bytes);
        foreach (var claim in claims)
        {
            writer.Write(claim.Type);
            writer.Write(claim.Value);
            writer.Write(claim.ValueType == ClaimValueTypes.String ? "" : claim.ValueType);
        }

        return Prefix + Convert.ToBase64String(root.Wrap(bytes.GetBuffer().AsSpan(0, (int)bytes.Length), PlaceOf(tokenId)));
    }

    /// <summary>Reads it again.</summary>
    /// <returns>Null for what was sealed by another key, or for another row.</returns>
    public ClaimsPrincipal? Open(string payload, string tokenId)
    {
        try
        {
            using var bytes = new MemoryStream(root.Unwrap(Convert.FromBase64String(payload[Prefix.Length..]), PlaceOf(tokenId)));
            using var reader = new BinaryReader(bytes);
            var identity = TokenPrincipals.CreateIdentity();
            while (bytes.Position < bytes.Length)
            {
                var (type, value, valueType) = (reader.ReadString(), reader.ReadString(), reader.ReadString());
                identity.AddClaim(new Claim(type, value, valueType.Length == 0 ? ClaimValueTypes.String : valueType));
            }

            return new(identity);
        }
        catch (Exception exception) when (exception is CryptographicException or FormatException)
        {
            return null;
        }
    }

    private static string PlaceOf(string tokenId) => $"token:{tokenId}";
}
