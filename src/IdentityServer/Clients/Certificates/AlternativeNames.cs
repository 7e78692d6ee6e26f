using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;

namespace UserDomain.IdentityServer.Clients.Certificates;

/// <summary>The alternative names of a certificate (RFC 5280 section 4.2.1.6).</summary>
/// <param name="Dns">Names of hosts.</param>
/// <param name="Uri">URIs.</param>
/// <param name="Ip">Addresses, of 4 or 16 bytes.</param>
/// <param name="Email">Mail addresses.</param>
internal sealed record AlternativeNames(IReadOnlyList<string> Dns, IReadOnlyList<string> Uri, IReadOnlyList<byte[]> Ip, IReadOnlyList<string> Email)
{
    private const string Extension = "2.5.29.17";

    private static readonly Asn1Tag EmailTag = new(TagClass.ContextSpecific, 1);
    private static readonly Asn1Tag DnsTag = new(TagClass.ContextSpecific, 2);
    private static readonly Asn1Tag UriTag = new(TagClass.ContextSpecific, 6);
    private static readonly Asn1Tag IpTag = new(TagClass.ContextSpecific, 7);

    /// <summary>Those of a certificate; none if they cannot be read. The framework reads hosts and addresses only.</summary>
    public static AlternativeNames Of(X509Certificate2 certificate)
    {
        var (dns, uri, ip, email) = (new List<string>(), new List<string>(), new List<byte[]>(), new List<string>());
        try
        {
            foreach (var extension in certificate.Extensions.Where(extension => extension.Oid?.Value == Extension))
            {
                for (var names = new AsnReader(extension.RawData, AsnEncodingRules.DER).ReadSequence(); names.HasData;)
                {
                    var tag = names.PeekTag();
                    if (tag == IpTag)
                    {
                        ip.Add(names.ReadOctetString(IpTag));
                    }
                    else if ((tag == DnsTag ? dns : tag == UriTag ? uri : tag == EmailTag ? email : null) is { } list)
                    {
                        list.Add(names.ReadCharacterString(UniversalTagNumber.IA5String, tag));
                    }
                    else
                    {
                        names.ReadEncodedValue();
                    }
                }
            }
        }
        catch (AsnContentException)
        {
            return new([], [], [], []);
        }

        return new(dns, uri, ip, email);
    }
}
