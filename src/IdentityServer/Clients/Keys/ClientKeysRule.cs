using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using UserDomain.IdentityServer.Clients.Certificates;
using UserDomain.ServiceDefaults.Outgoing;

namespace UserDomain.IdentityServer.Clients.Keys;

/// <summary>Checks how a client shall prove who it is: by what its type allows, and with keys everybody may know. No problem ever tells of a key.</summary>
internal static class ClientKeysRule
{
    private const int MaxSetBytes = 32 * 1024;

    /// <summary>Every problem, as member and what is wrong with it.</summary>
    public static IEnumerable<(string Member, string Problem)> ProblemsOf(ClientSpec client)
    {
        var method = client.EffectiveAuthentication;
        if (method == ClientAuthentication.None == client.IsConfidential)
        {
            return [client.IsConfidential
                ? ("tokenEndpointAuthMethod", "a client of this type has to prove who it is: not 'none'")
                : (client.TokenEndpointAuthMethod is null ? MemberOfKeys(client) : "tokenEndpointAuthMethod", "a client of this type cannot keep a key or secret: only 'none'")];
        }

        var ofKeys = method is ClientAuthentication.PrivateKeyJwt or ClientAuthentication.SelfSignedTlsClientAuth ? ProblemsOfKeys(client)
            : client.HasJwks || client.JwksUri is not null ? [(MemberOfKeys(client), "are of use for private_key_jwt and self_signed_tls_client_auth only")]
            : [];
        var ofAssertions = client.StrictClientAssertions && method != ClientAuthentication.PrivateKeyJwt ? new[] { ("strictClientAssertions", "is of use for private_key_jwt only") } : [];
        var ofNames = method == ClientAuthentication.TlsClientAuth ? CertificateNameRule.ProblemsOf(client) : CertificateNameRule.ProblemsOfOther(client);
        return ofKeys.Concat(ofAssertions).Concat(ofNames);
    }

    private static string MemberOfKeys(ClientSpec client) => client.HasJwks ? "jwks" : "jwksUri";

    private static IEnumerable<(string Member, string Problem)> ProblemsOfKeys(ClientSpec client) => (client.HasJwks, client.JwksUri) switch
    {
        _ when client.ClientSecret is not null => [("clientSecret", "a client that proves itself with a key has no secret")],
        (false, null) => [("jwks", "private_key_jwt and self_signed_tls_client_auth need jwks or jwksUri")],
        (true, not null) => [("jwksUri", "give jwks or jwksUri, not both")],
        (false, { } uri) => OutgoingRule.ProblemOf(uri) is { } problem ? [("jwksUri", problem)] : [],
        _ => ProblemsOfSet(client),
    };

    private static IEnumerable<(string Member, string Problem)> ProblemsOfSet(ClientSpec client)
    {
        var set = client.Jwks!.Value;
        if (Encoding.UTF8.GetByteCount(set.GetRawText()) > MaxSetBytes || ClientKeySet.MembersOf(set) is not { Length: > 0 } members)
        {
            yield return ("jwks", $"must be an object with 'keys', a list of 1 to {ClientKeySet.MaxKeys} public keys in at most {MaxSetBytes / 1024} KiB");
            yield break;
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (member, index) in members.Select((member, index) => (member, index)))
        {
            if (ClientKeySet.ReadKey(member) is not { IsSecret: false } key)
            {
                yield return ($"jwks.keys[{index}]", "must be a public key; a private one that was written here is to be replaced, and only its public half given");
            }
            else if (!ClientKeySet.IsUsable(key))
            {
                yield return ($"jwks.keys[{index}]", $"must be for signatures, on P-256, P-384 or RSA of 2048 to 4096 bits with exponent 65537, for one of {string.Join(", ", AssertionAlgorithms.All)}");
            }
            else if (client.EffectiveAuthentication == ClientAuthentication.SelfSignedTlsClientAuth && !IsCertificate(ClientKeySet.CertificateOf(key)))
            {
                yield return ($"jwks.keys[{index}]", "needs the client's certificate as the first in 'x5c', DER in base64 (RFC 7517 section 4.7)");
            }
            else if (key.Kid is null ? members.Length > 1 : !names.Add(key.Kid))
            {
                yield return ($"jwks.keys[{index}]", "needs a 'kid' that no other key of the set has");
            }
        }
    }

    private static bool IsCertificate(byte[]? bytes)
    {
        try
        {
            if (bytes is null || X509Certificate2.GetCertContentType(bytes) != X509ContentType.Cert)
            {
                return false;
            }

            using var certificate = X509CertificateLoader.LoadCertificate(bytes);

            // What is kept is compared byte for byte: PEM, which can be read as well, would never fit.
            return certificate.RawData.AsSpan().SequenceEqual(bytes);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
