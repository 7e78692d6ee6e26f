using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace UserDomain.Testing;

/// <summary>Issues certificates, or has one of its own.</summary>
public sealed class TestAuthority : IDisposable
{
    private const string ClientUse = "1.3.6.1.5.5.7.3.2";
    private const string ServerUse = "1.3.6.1.5.5.7.3.1";

    private TestAuthority(X509Certificate2 certificate) => Certificate = certificate;

    /// <summary>Its own certificate.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>An authority nobody stands above.</summary>
    public static TestAuthority Create(string name = "CN=Test authority") => new(Sign(name, issuer: null, isAuthority: true));

    /// <summary>An authority below this one.</summary>
    public TestAuthority Below(string name) => new(Sign(name, Certificate, isAuthority: true));

    /// <summary>A certificate of a client, valid for an hour before and after now unless said otherwise.</summary>
    /// <param name="subject">Its name, as the framework takes it.</param>
    /// <param name="names">Its alternative names.</param>
    /// <param name="starts">From when it is valid, counted from now.</param>
    /// <param name="ends">Until when.</param>
    /// <param name="forServers">Whether it is for servers only.</param>
    public X509Certificate2 Issue(string subject, Action<SubjectAlternativeNameBuilder>? names = null, TimeSpan? starts = null, TimeSpan? ends = null, bool forServers = false) =>
        Sign(subject, Certificate, isAuthority: false, names, starts, ends, forServers ? ServerUse : ClientUse);

    /// <summary>A certificate that is signed by its own key.</summary>
    public static X509Certificate2 SelfSigned(string subject, Action<SubjectAlternativeNameBuilder>? names = null, TimeSpan? starts = null, TimeSpan? ends = null, ECDsa? key = null) =>
        Sign(subject, issuer: null, isAuthority: false, names, starts, ends, use: null, key);

    /// <summary>What a server on this machine shows.</summary>
    public static X509Certificate2 Localhost() => SelfSigned("CN=localhost", names =>
    {
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
    });

    /// <inheritdoc />
    public void Dispose() => Certificate.Dispose();

    private static X509Certificate2 Sign(
        string subject, X509Certificate2? issuer, bool isAuthority, Action<SubjectAlternativeNameBuilder>? names = null, TimeSpan? starts = null, TimeSpan? ends = null,
        string? use = null, ECDsa? sameKey = null)
    {
        using var fresh = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var key = sameKey ?? fresh;
        var request = new CertificateRequest(new X500DistinguishedName(subject), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, true));
        if (use is not null)
        {
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(use)], false));
        }

        if (names is not null)
        {
            var builder = new SubjectAlternativeNameBuilder();
            names(builder);
            request.CertificateExtensions.Add(builder.Build());
        }

        // An authority lives a little longer than what it issues.
        var (now, lifetime) = (TimeProvider.System.GetUtcNow(), TimeSpan.FromHours(isAuthority ? 3 : 1));
        var (from, until) = (now + (starts ?? -lifetime), now + (ends ?? lifetime));
        if (issuer is null)
        {
            return request.CreateSelfSigned(from, until);
        }

        using var issued = request.Create(issuer, from < issuer.NotBefore ? issuer.NotBefore : from, until > issuer.NotAfter ? issuer.NotAfter : until, RandomNumberGenerator.GetBytes(8));
        return issued.CopyWithPrivateKey(key);
    }
}
