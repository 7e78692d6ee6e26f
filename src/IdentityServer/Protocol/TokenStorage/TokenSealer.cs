using System.Buffers.Text;
using System.Security.Claims;
using System.Security.Cryptography;
using UserDomain.IdentityServer.Protocol.Subjects;
using UserDomain.ServiceDefaults.Secrets;

namespace UserDomain.IdentityServer.Protocol.TokenStorage;

/// <summary>
/// Encrypts what a code or refresh token stands for under the key-encryption key, bound to the row that says how things stand with it. Sealed are the claims alone: which
/// of them goes into which token is decided anew when tokens are made.
/// </summary>
internal sealed class TokenSealer(KeyEncryptionKey root)
{
    /// <summary>What goes into the token.</summary>
    /// <param name="claims">What the token stands for.</param>
    /// <param name="id">Its row.</param>
    public string Seal(IEnumerable<Claim> claims, Guid id)
    {
        using var bytes = new MemoryStream(1024);
        using var writer = new BinaryWriter(bytes);
        foreach (var claim in claims)
        {
            writer.Write(claim.Type);
            writer.Write(claim.Value);
            writer.Write(claim.ValueType == ClaimValueTypes.String ? "" : claim.ValueType);
        }

        return Base64Url.EncodeToString(root.Wrap(bytes.GetBuffer().AsSpan(0, (int)bytes.Length), PlaceOf(id)));
    }

    /// <summary>Reads it again.</summary>
    /// <returns>Null for what was sealed by another key, or for another row, or by nobody.</returns>
    public ClaimsPrincipal? Open(TokenText token)
    {
        try
        {
            using var bytes = new MemoryStream(root.Unwrap(Base64Url.DecodeFromChars(token.Sealed), PlaceOf(token.Id)));
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

    private static string PlaceOf(Guid id) => $"token:{id}";
}
