using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Xunit;

namespace UserDomain.Testing;

/// <summary>A program of ours as a process of its own.</summary>
public sealed class ProgramProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private const int LowestPort = 16_384;
    private const int Ports = 16_384;

    private static int _ports = Environment.ProcessId % 128 * 128;

    private readonly Process _process;
    private readonly Channel<string> _output = Channel.CreateUnbounded<string>();
    private readonly Task _reading;
    private readonly Task<string> _errors;

    /// <summary>Starts it.</summary>
    /// <param name="executable">The program, or <c>dotnet</c> with the assembly as first argument.</param>
    /// <param name="workingDirectory">Where it is started from.</param>
    /// <param name="settings">Its environment beside what this process has.</param>
    /// <param name="arguments">Its arguments.</param>
    public ProgramProcess(string executable, string workingDirectory, IEnumerable<KeyValuePair<string, string>> settings, params string[] arguments)
    {
        var start = new ProcessStartInfo(executable, arguments) { WorkingDirectory = workingDirectory, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in settings)
        {
            start.Environment[name.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        _process = Process.Start(start)!;
        _errors = _process.StandardError.ReadToEndAsync();
        _reading = ReadAsync();
    }

    /// <summary>Starts a program of the product from its build output.</summary>
    /// <param name="project">Its project, as in <c>RoleApi</c>.</param>
    /// <param name="workingDirectory">Where it is started from.</param>
    /// <param name="settings">Settings, sections separated by colons.</param>
    /// <param name="arguments">Its arguments.</param>
    public static ProgramProcess Of(string project, string workingDirectory, IEnumerable<KeyValuePair<string, string>> settings, params string[] arguments) =>
        new("dotnet", workingDirectory, settings, [Repository.ProgramOf(project), .. arguments]);

    /// <summary>
    /// A port that was free a moment ago. None is given twice, test programs that run at the same time begin at different ones, and no outgoing connection
    /// gets one: those are above 32768.
    /// </summary>
    public static int FreePort()
    {
        while (true)
        {
            using var listener = new TcpListener(IPAddress.Loopback, LowestPort + (Interlocked.Increment(ref _ports) % Ports));
            try
            {
                listener.Start();
                return ((IPEndPoint)listener.LocalEndpoint).Port;
            }
            catch (SocketException)
            {
                // Somebody has it.
            }
        }
    }

    /// <summary>Reads what it prints up to a line that starts so.</summary>
    public async Task<IReadOnlyList<string>> ReadToAsync(string start)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        var lines = new List<string>();
        await foreach (var line in _output.Reader.ReadAllAsync(patience.Token))
        {
            lines.Add(line);
            if (line.StartsWith(start, StringComparison.Ordinal))
            {
                return lines;
            }
        }

        throw new InvalidOperationException($"It ended without printing '{start}': {string.Join('\n', lines)}{await _errors}");
    }

    /// <summary>Waits until it answers that it is ready.</summary>
    /// <param name="origin">Where it listens.</param>
    public async Task ReadyAsync(Uri origin)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        using var client = new HttpClient();
        while (!await AnswersAsync(client, new Uri(origin, "health/ready"), patience.Token))
        {
            if (_process.HasExited)
            {
                throw new InvalidOperationException($"It ended before it was ready: {await EndAsync()}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), patience.Token);
        }
    }

    /// <summary>Reads what it has printed so far.</summary>
    public IEnumerable<string> ReadAll()
    {
        while (_output.Reader.TryRead(out var line))
        {
            yield return line;
        }
    }

    /// <summary>Sends it a signal.</summary>
    /// <param name="signal"><c>TERM</c>, <c>INT</c> or <c>KILL</c>.</param>
    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{_process.Id}"]);
        await kill.WaitForExitAsync(CancellationToken.None);
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>Its exit code, what it printed since it was last read, and its errors.</returns>
    public async Task<(int ExitCode, string Output, string Errors)> EndAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        await _process.WaitForExitAsync(patience.Token);
        await _reading;
        var lines = await _output.Reader.ReadAllAsync(patience.Token).ToListAsync(patience.Token);
        return (_process.ExitCode, string.Concat(lines.Select(line => line + "\n")), await _errors);
    }

    /// <inheritdoc />
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

    private static async Task<bool> AnswersAsync(HttpClient client, Uri url, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await client.GetAsync(url, cancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            // It does not listen yet.
            return false;
        }
    }

    // Always read on: a program whose output nobody takes stops at the next line it writes.
    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync(CancellationToken.None) is { } line)
        {
            _output.Writer.TryWrite(line);
        }

        _output.Writer.Complete();
    }
}
