using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;

namespace UserDomain.Replicas.Tests.Installations;

/// <summary>Every part a container: what docker-compose.yml makes, as eng/test-compose has started it.</summary>
internal sealed class ComposeInstallation : IInstallation
{
    private static readonly string? Project = Environment.GetEnvironmentVariable("COMPOSE_PROJECT_NAME");

    /// <summary>Whether the tests are to use it.</summary>
    public static bool IsChosen => Project is not null;

    public Uri PublicUrl { get; } = new("https://localhost:8443/");

    public X509Certificate2 Certificate { get; } = X509CertificateLoader.LoadCertificateFromFile(Repository.PathOf("deploy/compose/secrets/tls.crt"));

    public Task StartAsync(string seedFile) => Task.CompletedTask;

    public async Task StartAsync(string part, CancellationToken cancellationToken)
    {
        var container = await ContainerAsync(part, cancellationToken);
        await RunAsync("docker", ["start", container], cancellationToken);
        while ((await RunAsync("docker", ["inspect", "--format", "{{.State.Health.Status}}", container], cancellationToken)).Trim() != "healthy")
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200), cancellationToken);
        }
    }

    public async Task StopAsync(string part, CancellationToken cancellationToken) =>
        await RunAsync("docker", ["stop", "-t", "40", await ContainerAsync(part, cancellationToken)], cancellationToken);

    public async Task KillAsync(string part, CancellationToken cancellationToken) =>
        await RunAsync("docker", ["kill", await ContainerAsync(part, cancellationToken)], cancellationToken);

    public Task UpdateAsync(string service, CancellationToken cancellationToken) => RunAsync(Repository.PathOf("deploy/compose/update"), [Names.Host(service)], cancellationToken);

    public ValueTask DisposeAsync()
    {
        Certificate.Dispose();
        return ValueTask.CompletedTask;
    }

    // The first and the second of a service: who is replaced leaves the number to nobody.
    private static async Task<string> ContainerAsync(string part, CancellationToken cancellationToken)
    {
        var (service, number) = part is "database" or "redis" ? (part, 1) : (part[..^2], part[^1] - '0');
        var names = await RunAsync("docker", ["ps", "--all", "--format", "{{.Names}}", "--filter", $"label=com.docker.compose.project={Project}", "--filter", $"label=com.docker.compose.service={service}"], cancellationToken);
        return names.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal).ElementAt(number - 1);
    }

    private static async Task<string> RunAsync(string program, string[] arguments, CancellationToken cancellationToken)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {await errors}{output}");
        return output;
    }
}
