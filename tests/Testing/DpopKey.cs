using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace UserDomain.Testing;

/// <summary>A client's key, and the proofs of it (RFC 9449 section 4.2), made without the library that checks them.</summary>
public sealed class DpopKey : IDisposable
{
    private readonly AsymmetricAlgorithm _key;

    private DpopKey(AsymmetricAlgorithm key, string algorithm, Dictionary<string, object?> jwk)
    {
        _key = key;
        Algorithm = algorithm;
        Jwk = jwk;
    }

    /// <summary>How it signs.</summary>
    public string Algorithm { get; }

    /// <summary>Its public half.</summary>
    public IReadOnlyDictionary<string, object?> Jwk { get; }

    /// <summary>What it is known by (RFC 7638).</summary>
    public string Thumbprint =>
        Base64Url.EncodeToString(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(new SortedDictionary<string, object?>(Jwk.ToDictionary(), StringComparer.Ordinal))));

    /// <summary>A fresh key for ES256 or ES384.</summary>
    public static DpopKey Create(string algorithm = "ES256")
    {
        var key = ECDsa.Create(algorithm == "ES384" ? ECCurve.NamedCurves.nistP384 : ECCurve.NamedCurves.nistP256);
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        return new(key, algorithm, new()
        {
            ["kty"] = "EC",
            ["crv"] = algorithm == "ES384" ? "P-384" : "P-256",
            ["x"] = Base64Url.EncodeToString(point.X),
            ["y"] = Base64Url.EncodeToString(point.Y),
        });
    }

    /// <summary>A fresh RSA key.</summary>
    public static DpopKey CreateRsa(string algorithm = "PS256", int bits = 2048)
    {
        var key = RSA.Create(bits);
        var numbers = key.ExportParameters(includePrivateParameters: false);
        return new(key, algorithm, new() { ["kty"] = "RSA", ["n"] = Base64Url.EncodeToString(numbers.Modulus), ["e"] = Base64Url.EncodeToString(numbers.Exponent) });
    }

    /// <summary>A proof for one request.</summary>
    /// <param name="method">Its method.</param>
    /// <param name="url">Where it goes.</param>
    /// <param name="accessToken">The token it is sent with, at an API.</param>
    /// <param name="nonce">What the server gave.</param>
    /// <param name="change">Makes header and claims something else; a member that is null is left out.</param>
    public string Prove(string method, string url, string? accessToken = null, string? nonce = null, Action<Dictionary<string, object?>, Dictionary<string, object?>>? change = null)
    {
        var header = new Dictionary<string, object?> { ["typ"] = "dpop+jwt", ["alg"] = Algorithm, ["jwk"] = Jwk };
        var claims = new Dictionary<string, object?>
        {
            ["jti"] = RandomNumberGenerator.GetHexString(32),
            ["htm"] = method,
            ["htu"] = url,
            ["iat"] = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds(),
            ["ath"] = accessToken is null ? null : Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(accessToken))),
            ["nonce"] = nonce,
        };
        change?.Invoke(header, claims);
        return Sign(header, claims);
    }

    /// <summary>Signs whatever it is given.</summary>
    public string Sign(Dictionary<string, object?> header, Dictionary<string, object?> claims)
    {
        var content = $"{Part(header)}.{Part(claims)}";
        var bytes = Encoding.ASCII.GetBytes(content);
        var signature = _key switch
        {
            ECDsa curve => curve.SignData(bytes, Algorithm == "ES384" ? HashAlgorithmName.SHA384 : HashAlgorithmName.SHA256),
            RSA rsa => rsa.SignData(bytes, HashAlgorithmName.SHA256, Algorithm == "RS256" ? RSASignaturePadding.Pkcs1 : RSASignaturePadding.Pss),
            _ => throw new NotSupportedException(),
        };
        return $"{content}.{Base64Url.EncodeToString(signature)}";
    }

    /// <inheritdoc />
    public void Dispose() => _key.Dispose();

    private static string Part(Dictionary<string, object?> members) =>
        Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(members.Where(member => member.Value is not null).ToDictionary()));
}
