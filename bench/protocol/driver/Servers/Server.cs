using System.Diagnostics;
using System.Globalization;

namespace UserDomain.LoadDriver.Servers;

/// <summary>A program that is measured, and how it is started.</summary>
internal sealed class Server : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(5);

    private readonly Settings _settings;
    private Process? _process;

    public Server(Settings settings, string name, int port)
    {
        _settings = settings;
        Name = name;
        Address = new($"http://localhost:{port}/");
    }

    /// <summary>What it is called in the report.</summary>
    public string Name { get; }

    /// <summary>Where it answers.</summary>
    public Uri Address { get; }

    /// <summary>The host requests name, where it is not that of the address: a service that answers in the name of the public URL.</summary>
    public string? PublicHost { get; init; }

    /// <summary>What answers 200 when it is ready.</summary>
    public string ReadyPath { get; init; } = ".well-known/openid-configuration";

    /// <summary>The command line.</summary>
    public required string[] Command { get; init; }

    /// <summary>Its environment beside that of this process.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>Processor time of the stores it works on.</summary>
    public Func<TimeSpan> StoreTime { get; init; } = () => TimeSpan.Zero;

    /// <summary>Whether its processor time is measured: then it runs on the core of the servers.</summary>
    public bool IsMeasured { get; init; } = true;

    /// <summary>How long it is warmed up in the first round.</summary>
    public required TimeSpan FirstWarmUp { get; init; }

    /// <summary>Whether it runs.</summary>
    public bool IsStarted => _process is not null;

    /// <summary>Processor time it has taken since its start.</summary>
    public TimeSpan Time => ProcessorTime.Of(Id);

    /// <summary>Resident memory, in MiB.</summary>
    public double ResidentMemory => double.Parse(
        File.ReadLines($"/proc/{Id}/status").Single(line => line.StartsWith("VmRSS:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2],
        CultureInfo.InvariantCulture) / 1024;

    private int Id => _process?.Id ?? throw new InvalidOperationException($"{Name} does not run.");

    private string Log => Path.Combine(_settings.Folder, Name + ".log");

    /// <summary>Starts it and waits until it answers.</summary>
    /// <returns>How long that took.</returns>
    public async Task<TimeSpan> StartAsync()
    {
        string[] pinned = IsMeasured && _settings.ServerCore is { } core ? ["taskset", "--cpu-list", core, .. Command] : Command;

        // The shell becomes the program, so that its id is that of the program; bench/protocol/run ends what still has a file of it.
        var start = new ProcessStartInfo("sh", ["-c", "echo $$ >\"$0.pid\"; exec \"$@\" >>\"$0.log\" 2>&1", Path.Combine(_settings.Folder, Name), .. pinned]);
        foreach (var (name, value) in Environment)
        {
            start.Environment[name] = value;
        }

        var clock = Stopwatch.StartNew();
        _process = Process.Start(start)!;
        using var client = new HttpClient { BaseAddress = Address };
        while (!await IsReadyAsync(client))
        {
            if (_process.HasExited || clock.Elapsed > Patience)
            {
                throw new InvalidOperationException($"{Name} did not start: {await File.ReadAllTextAsync(Log)}");
            }

            await Task.Delay(Glance);
        }

        return clock.Elapsed;
    }

    /// <summary>Asks it to end and waits until it has.</summary>
    public async Task StopAsync()
    {
        if (_process is null)
        {
            return;
        }

        using (var kill = Process.Start("kill", ["-TERM", Id.ToString(CultureInfo.InvariantCulture)]))
        {
            await kill.WaitForExitAsync();
        }

        using var patience = new CancellationTokenSource(Patience);
        await _process.WaitForExitAsync(patience.Token);
        _process.Dispose();
        _process = null;
        File.Delete(Path.Combine(_settings.Folder, Name + ".pid"));
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    private async Task<bool> IsReadyAsync(HttpClient client)
    {
        try
        {
            using var answer = await client.GetAsync(new Uri(ReadyPath, UriKind.Relative));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            // It does not listen yet.
            return false;
        }
    }
}
