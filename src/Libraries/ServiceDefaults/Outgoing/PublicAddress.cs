using System.Net;
using System.Net.Sockets;

namespace UserDomain.ServiceDefaults.Outgoing;

/// <summary>Tells addresses anybody can reach from those only we can, by the special-purpose registries of IANA (RFC 6890).</summary>
public static class PublicAddress
{
    private static readonly IPNetwork[] NotPublic = Array.ConvertAll(
    [
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24",
        "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        // Within 2000::/3: protocol assignments with Teredo, documentation, 6to4.
        "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
    ],
        IPNetwork.Parse);

    private static readonly IPNetwork Unicast = IPNetwork.Parse("2000::/3");

    // Where a network without IPv4 puts IPv4 addresses (RFC 6052 section 2.1).
    private static readonly IPNetwork Translated = IPNetwork.Parse("64:ff9b::/96");

    /// <summary>Whether an address is one anybody can reach.</summary>
    public static bool IsPublic(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            return IsPublic(address.MapToIPv4());
        }

        if (Translated.Contains(address))
        {
            return IsPublic(new IPAddress(address.GetAddressBytes().AsSpan(12)));
        }

        return (address.AddressFamily == AddressFamily.InterNetwork || Unicast.Contains(address)) && !NotPublic.Any(network => network.Contains(address));
    }
}
