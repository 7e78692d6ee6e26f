using UserDomain.ServiceDefaults.Hosting;

namespace UserDomain.AllInOne.Hosting;

/// <summary>Where the program listens for the public.</summary>
internal static class ListenAddresses
{
    /// <summary>What the framework's own settings name; else the port of the public URL, on loopback unless it is https, and that of the URL for certificates.</summary>
    /// <exception cref="StartupException">A setting would take the private socket away.</exception>
    public static IReadOnlyList<string> Of(IConfiguration configuration, UserDomainSettings settings)
    {
        if (configuration.GetSection("Kestrel:Endpoints").GetChildren().Any())
        {
            // Kestrel lets endpoints of its section replace all other addresses.
            throw new StartupException("Kestrel__Endpoints is not for this program: set ASPNETCORE_URLS to where it shall listen");
        }

        return ListenUrls.Named(configuration) is { Count: > 0 } named ? named : [OfPublicUrl(settings.PublicUrl), .. settings.Mtls is { } mtls ? [OfMtls(mtls.Url, settings)] : Array.Empty<string>()];
    }

    // Whether a connection asks for a certificate is decided before its host is known.
    private static string OfMtls(Uri url, UserDomainSettings settings) => url.Port != settings.PublicUrl.Port
        ? $"https://*:{url.Port}"
        : throw new StartupException($"UserDomain__Mtls__Url is '{url}': without a gateway it needs a port that the public URL has not");

    private static string OfPublicUrl(Uri url) =>
        url.Scheme == Uri.UriSchemeHttp ? url.GetLeftPart(UriPartial.Authority) : $"https://*:{url.Port}";
}
