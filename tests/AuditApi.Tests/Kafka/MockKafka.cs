using System.Runtime.InteropServices;
using Confluent.Kafka;

namespace UserDomain.AuditApi.Tests.Kafka;

/// <summary>
/// Brokers that speak the protocol of Kafka, from its C library, whose own tests go by them. They can go away and come back, with what they have been sent.
/// </summary>
internal sealed partial class MockKafka : IDisposable
{
    private const int Producer = 0;
    private const int Brokers = 3;
    private const string Library = "librdkafka";

    // As the client for .NET does: the first of those it comes with that finds what it is linked to.
    private static readonly string[] Builds = [Library, $"centos8-{Library}", $"alpine-{Library}"];

    private readonly IntPtr _client;
    private readonly IntPtr _cluster;

    static MockKafka() => NativeLibrary.SetDllImportResolver(typeof(MockKafka).Assembly, (name, assembly, path) =>
        name == Library ? Builds.Select(build => NativeLibrary.TryLoad(build, assembly, path, out var handle) ? handle : IntPtr.Zero).FirstOrDefault(handle => handle != IntPtr.Zero) : IntPtr.Zero);

    public MockKafka()
    {
        var error = new byte[512];
        _client = rd_kafka_new(Producer, rd_kafka_conf_new(), error, (nuint)error.Length);
        Assert.NotEqual(IntPtr.Zero, _client);
        _cluster = rd_kafka_mock_cluster_new(_client, Brokers);
        BootstrapServers = Marshal.PtrToStringUTF8(rd_kafka_mock_cluster_bootstraps(_cluster))!;
    }

    /// <summary>Where they are.</summary>
    public string BootstrapServers { get; }

    /// <summary>They go away: connections are cut, and new ones refused.</summary>
    public void Stop() => All(rd_kafka_mock_broker_set_down);

    /// <summary>They are back.</summary>
    public void Start() => All(rd_kafka_mock_broker_set_up);

    /// <summary>Reads a topic from its beginning until enough has come, as a consumer does.</summary>
    public List<ConsumeResult<string, byte[]>> Read(string topic, Func<List<ConsumeResult<string, byte[]>>, bool> isEnough)
    {
        using var consumer = new ConsumerBuilder<string, byte[]>(new ConsumerConfig
        {
            BootstrapServers = BootstrapServers,
            GroupId = $"test-{Guid.CreateVersion7():n}",
            AutoOffsetReset = AutoOffsetReset.Earliest,
            EnableAutoCommit = false,
        }).SetLogHandler((_, _) => { }).Build();
        consumer.Subscribe(topic);
        var read = new List<ConsumeResult<string, byte[]>>();
        for (var idle = 0; !isEnough(read) && idle < 60; idle++)
        {
            try
            {
                if (consumer.Consume(TimeSpan.FromSeconds(1)) is { Message: not null } one)
                {
                    read.Add(one);
                    idle = 0;
                }
            }
            catch (ConsumeException exception) when (exception.Error.Code is ErrorCode.UnknownTopicOrPart)
            {
                // Nobody has sent anything to it yet.
            }
        }

        consumer.Close();
        return read;
    }

    public void Dispose()
    {
        rd_kafka_mock_cluster_destroy(_cluster);
        rd_kafka_destroy(_client);
    }

    private void All(Func<IntPtr, int, int> act)
    {
        foreach (var broker in Enumerable.Range(1, Brokers))
        {
            Assert.Equal(0, act(_cluster, broker));
        }
    }

    [LibraryImport(Library)]
    private static partial IntPtr rd_kafka_conf_new();

    [LibraryImport(Library)]
    private static partial IntPtr rd_kafka_new(int type, IntPtr configuration, [Out] byte[] error, nuint size);

    [LibraryImport(Library)]
    private static partial void rd_kafka_destroy(IntPtr client);

    [LibraryImport(Library)]
    private static partial IntPtr rd_kafka_mock_cluster_new(IntPtr client, int brokers);

    [LibraryImport(Library)]
    private static partial void rd_kafka_mock_cluster_destroy(IntPtr cluster);

    [LibraryImport(Library)]
    private static partial IntPtr rd_kafka_mock_cluster_bootstraps(IntPtr cluster);

    [LibraryImport(Library)]
    private static partial int rd_kafka_mock_broker_set_down(IntPtr cluster, int broker);

    [LibraryImport(Library)]
    private static partial int rd_kafka_mock_broker_set_up(IntPtr cluster, int broker);
}
