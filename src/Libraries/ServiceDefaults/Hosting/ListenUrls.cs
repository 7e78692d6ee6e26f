using Microsoft.Extensions.Configuration;

namespace UserDomain.ServiceDefaults.Hosting;

/// <summary>Where a program listens by the framework's own settings.</summary>
public static class ListenUrls
{
    /// <summary>What <c>urls</c> names, else the ports of <c>http_ports</c> and <c>https_ports</c> on every interface; empty when none is set.</summary>
    public static IReadOnlyList<string> Named(IConfiguration configuration) => Split(configuration["urls"]) is { Length: > 0 } urls
        ? urls
        : [.. Split(configuration["http_ports"]).Select(port => $"http://*:{port}"), .. Split(configuration["https_ports"]).Select(port => $"https://*:{port}")];

    private static string[] Split(string? list) =>
        list?.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
}
