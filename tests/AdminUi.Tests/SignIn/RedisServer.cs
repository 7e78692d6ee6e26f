using System.Diagnostics;

namespace UserDomain.AdminUi.Tests.SignIn;

/// <summary>A Redis that can be stopped and started with what it had.</summary>
internal sealed class RedisServer : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("user-domain-test-");
    private Process? _server;

    /// <summary>As in the settings.</summary>
    public string ConnectionString => "!" + SocketPath;

    private string SocketPath => Path.Combine(_folder.FullName, "redis.sock");

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _server = Process.Start(new ProcessStartInfo("redis-server", ["--port", "0", "--unixsocket", SocketPath, "--dir", _folder.FullName]) { RedirectStandardOutput = true })!;
        while (await _server.StandardOutput.ReadLineAsync(cancellationToken) is { } line && !line.Contains("accept connections", StringComparison.Ordinal))
        {
        }
    }

    /// <summary>Ends it after it has written down what it has.</summary>
    public async Task StopAsync()
    {
        using var script = Process.Start(new ProcessStartInfo("redis-cli", ["-s", SocketPath, "shutdown", "save"]))!;
        await script.WaitForExitAsync(CancellationToken.None);
        await _server!.WaitForExitAsync(CancellationToken.None);
        _server.Dispose();
        _server = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await StopAsync();
        }

        _folder.Delete(recursive: true);
    }
}
