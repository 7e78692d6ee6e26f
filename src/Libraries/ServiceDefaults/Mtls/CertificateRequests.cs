using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using UserDomain.ServiceDefaults.Hosting;

namespace UserDomain.ServiceDefaults.Mtls;

/// <summary>
/// Asks for a certificate where this process ends TLS itself: at the port of the URL for certificates, and nowhere else, for a browser that is
/// asked shows its person a dialogue. Whose certificate it is, and whether it is good, is found out for each client.
/// </summary>
internal static class CertificateRequests
{
    public static void Apply(KestrelServerOptions options)
    {
        if (options.ApplicationServices?.GetService<UserDomainSettings>()?.Mtls is not { } mtls)
        {
            return;
        }

        options.ConfigureHttpsDefaults(https =>
        {
            https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
            https.AllowAnyClientCertificate();
            https.OnAuthenticate = (connection, tls) =>
            {
                tls.ClientCertificateRequired = connection.LocalEndPoint is IPEndPoint local && local.Port == mtls.Url.Port;

                // A session that was begun at the other port has no certificate, and would bring it here.
                tls.AllowTlsResume = !tls.ClientCertificateRequired;

                // A certificate names addresses to load others from: those are calls to where a stranger says.
                tls.CertificateChainPolicy = new() { DisableCertificateDownloads = true, RevocationMode = X509RevocationMode.NoCheck };
            };
        });
    }
}
