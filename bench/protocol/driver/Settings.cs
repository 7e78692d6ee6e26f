using System.Globalization;

namespace UserDomain.LoadDriver;

/// <summary>What is measured how, and with what <c>bench/protocol/run</c> has laid out. All of it comes from the environment.</summary>
internal sealed record Settings
{
    /// <summary>Holds the published programs, the seed file and the key, and takes the logs.</summary>
    public required string Folder { get; init; }

    /// <summary>The first port of the servers; each has one of its own.</summary>
    public required int Port { get; init; }

    /// <summary>Connections that ask at the same time.</summary>
    public required int Connections { get; init; }

    /// <summary>How long a run is measured.</summary>
    public required TimeSpan Measured { get; init; }

    /// <summary>How long it is not, before.</summary>
    public required TimeSpan WarmUp { get; init; }

    /// <summary>The same in the first round, for programs that compile while they run.</summary>
    public required TimeSpan LongWarmUp { get; init; }

    /// <summary>How often each server is measured, in turn with the others.</summary>
    public required int Rounds { get; init; }

    /// <summary>Names of the servers that are measured; none: all.</summary>
    public required string[] Servers { get; init; }

    /// <summary>The core of servers and stores; null on a machine with only one.</summary>
    public required string? ServerCore { get; init; }

    /// <summary>PostgreSQL: its port and its first process.</summary>
    public required (int Port, int Process) PostgreSql { get; init; }

    /// <summary>Redis: its port and its process.</summary>
    public required (int Port, int Process) Redis { get; init; }

    /// <summary>The secret of both clients.</summary>
    public required string ClientSecret { get; init; }

    /// <summary>The password of the user.</summary>
    public required string Password { get; init; }

    public static Settings Read() => new()
    {
        Folder = Text("BENCH_FOLDER"),
        Port = Number("BENCH_PORT"),
        Connections = Number("BENCH_CONNECTIONS"),
        Measured = TimeSpan.FromSeconds(Number("BENCH_SECONDS")),
        WarmUp = TimeSpan.FromSeconds(Number("BENCH_WARM_UP_SECONDS")),
        LongWarmUp = TimeSpan.FromSeconds(Number("BENCH_LONG_WARM_UP_SECONDS")),
        Rounds = Number("BENCH_ROUNDS"),
        Servers = Environment.GetEnvironmentVariable("BENCH_SERVERS")?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [],
        ServerCore = Environment.GetEnvironmentVariable("BENCH_SERVER_CORE") is { Length: > 0 } core ? core : null,
        PostgreSql = (Number("BENCH_POSTGRESQL_PORT"), Number("BENCH_POSTGRESQL_PROCESS")),
        Redis = (Number("BENCH_REDIS_PORT"), Number("BENCH_REDIS_PROCESS")),
        ClientSecret = Text("BENCH_CLIENT_SECRET"),
        Password = Text("BENCH_PASSWORD"),
    };

    private static string Text(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value
        ? value
        : throw new InvalidOperationException($"{name} is not set: start bench/protocol/run");

    private static int Number(string name) => int.Parse(Text(name), CultureInfo.InvariantCulture);
}
