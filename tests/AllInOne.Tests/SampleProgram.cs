using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Reflection;

namespace UserDomain.AllInOne.Tests;

/// <summary>The sample program as a process of its own, started from a folder that is not its own.</summary>
internal sealed class SampleProgram : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Task<string> _errors;

    public SampleProgram(TestFolder folder, IEnumerable<(string Name, string Value)> settings, params string[] args)
    {
        var start = new ProcessStartInfo("dotnet", [Path, .. args])
        {
            WorkingDirectory = folder.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["UserDomain__DataDirectory"] = folder["data"];
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        _process = Process.Start(start)!;
        _errors = _process.StandardError.ReadToEndAsync();
    }

    private static string Path => System.IO.Path.GetFullPath(
        typeof(SampleProgram).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "SampleProgram").Value!,
        AppContext.BaseDirectory);

    /// <summary>A public URL whose port was free a moment ago.</summary>
    public static string FreeUrl()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return $"http://localhost:{((IPEndPoint)listener.LocalEndpoint).Port}";
    }

    /// <summary>Reads what it prints up to a line that starts so.</summary>
    public async Task<IReadOnlyList<string>> ReadToAsync(string start)
    {
        var lines = new List<string>();
        while (await _process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            lines.Add(line);
            if (line.StartsWith(start, StringComparison.Ordinal))
            {
                return lines;
            }
        }

        throw new InvalidOperationException($"It ended without printing '{start}': {await _errors}");
    }

    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{_process.Id}"]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    public async Task<(int ExitCode, string Output, string Errors)> EndAsync()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        var output = await _process.StandardOutput.ReadToEndAsync(patience.Token);
        await _process.WaitForExitAsync(patience.Token);
        return (_process.ExitCode, output, await _errors);
    }

    public async ValueTask DisposeAsync()
    {
        // Asked, not killed: a killed program leaves its socket behind.
        if (!_process.HasExited)
        {
            await SignalAsync("TERM");
            await EndAsync();
        }

        _process.Dispose();
    }
}
