using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

namespace UserDomain.ServiceDefaults.Hosting;

/// <summary>
/// The command <c>health</c>: asks the program on this machine whether it is ready. An image then needs no other program for it, and a
/// minimal one has no other.
/// </summary>
public static class HealthProbe
{
    private const string FrameworkDefault = "http://localhost:5000";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Asks the program that listens where the framework's own variables say.</summary>
    /// <exception cref="StartupException">It is not ready, or does not answer within 5 s.</exception>
    public static Task RunAsync() => RunAsync(
        ListenUrls.Named(new ConfigurationBuilder().AddEnvironmentVariables("DOTNET_").AddEnvironmentVariables("ASPNETCORE_").Build()).FirstOrDefault(FrameworkDefault));

    /// <summary>Asks the program that listens at an address.</summary>
    /// <param name="listenUrl">As Kestrel takes it; <c>http://*:8080</c> is asked on loopback.</param>
    /// <exception cref="StartupException">It is not ready, or does not answer within 5 s.</exception>
    public static async Task RunAsync(string listenUrl)
    {
        var url = ReadyUrl(listenUrl);
        using var handler = new HttpClientHandler
        {
            UseProxy = false,
            // The certificate is for the public name; what is asked is this machine's own port, and nothing secret is sent.
            ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator,
        };
        using var client = new HttpClient(handler) { Timeout = Patience };
        try
        {
            using var answer = await client.GetAsync(url);
            if (!answer.IsSuccessStatusCode)
            {
                throw new StartupException(string.Create(CultureInfo.InvariantCulture, $"{url} answers {(int)answer.StatusCode}: the program is not ready, its log says why"));
            }
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
        {
            throw new StartupException($"{url} does not answer: {exception.GetBaseException().Message}", exception);
        }
    }

    private static Uri ReadyUrl(string listenUrl)
    {
        var address = BindingAddress.Parse(listenUrl);
        var host = address.Host is "*" or "+" or "0.0.0.0" or "[::]" ? "localhost" : address.Host;
        return new Uri(string.Create(CultureInfo.InvariantCulture, $"{address.Scheme}://{host}:{address.Port}/health/ready"));
    }
}
