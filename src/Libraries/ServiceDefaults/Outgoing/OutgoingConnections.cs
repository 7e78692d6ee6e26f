using System.Net;
using System.Net.Sockets;

namespace UserDomain.ServiceDefaults.Outgoing;

/// <summary>
/// Opens connections to hosts others have named (OUT-01): at the very address that was looked at, so that a name cannot mean another
/// one a moment later.
/// </summary>
/// <param name="settings">What the operator allows.</param>
public sealed class OutgoingConnections(OutgoingSettings settings)
{
    /// <summary>As <see cref="SocketsHttpHandler.ConnectCallback"/>.</summary>
    /// <exception cref="HttpRequestException">No address of the host may be called.</exception>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var target = context.DnsEndPoint;
        var addresses = await AddressesOfAsync(target.Host, cancellationToken);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, target.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>The addresses at which a host may be called.</summary>
    /// <param name="host">Its name, or an address.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="HttpRequestException">There is none.</exception>
    public async ValueTask<IPAddress[]> AddressesOfAsync(string host, CancellationToken cancellationToken)
    {
        var addresses = IPAddress.TryParse(host.Trim('[', ']'), out var literal) ? [literal] : await Dns.GetHostAddressesAsync(host, cancellationToken);
        if (settings.AllowedPrivateHosts.Contains(host.Trim('[', ']')))
        {
            return addresses;
        }

        // One private address among public ones is as bad as none but private ones: whoever made the name means us to try it.
        return addresses.Length > 0 && addresses.All(PublicAddress.IsPublic)
            ? addresses
            : throw new HttpRequestException($"the address of {host} is not a public one, and UserDomain__Outgoing__AllowedPrivateHosts does not name it");
    }
}
