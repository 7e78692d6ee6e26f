using System.Text;
using Confluent.Kafka;
using UserDomain.AuditApi.Tests.AuditEvents;
using UserDomain.AuditApi.Tests.Webhooks;
using UserDomain.ServiceDefaults.Hosting;

namespace UserDomain.AuditApi.Tests.Kafka;

/// <summary>Everything the trail records comes to Kafka, also after it was away.</summary>
public sealed class KafkaTests : IDisposable
{
    private const string Topic = "user-domain.events";

    private readonly MockKafka _kafka = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _kafka.Dispose();

    [Fact]
    public async Task An_event_is_a_cloud_event_keyed_by_its_subject()
    {
        await using var system = await StartAsync();
        using var auditor = await system.AuditorAsync();

        var id = Assert.Single(await auditor.HappenAsync("order.approved", 1, "order-7"));

        var message = _kafka.Read(Topic, read => read.Any(one => Event(one).Text("id") == id)).Single(one => Event(one).Text("id") == id).Message;
        Assert.Equal("order-7", message.Key);
        Assert.Equal("application/cloudevents+json; charset=utf-8", Encoding.ASCII.GetString(message.Headers.GetLastBytes("content-type")));
        var sent = JsonSerializer.Deserialize<JsonElement>(message.Value);
        Assert.Equal(("1.0", system.PublicUrl.AbsoluteUri, "order.approved", "order-7"), (sent.Text("specversion"), sent.Text("source"), sent.Text("type"), sent.Text("subject")));
        Assert.True(JsonElement.DeepEquals(await auditor.GetAsync($"{TrailEvents.Path}/{id}", Cancellation).BodyAsync(), sent.GetProperty("data")));
    }

    [Fact]
    public async Task REL_08_What_happened_before_and_while_Kafka_was_away_comes_once_and_in_the_order_of_each_subject()
    {
        string[] subjects = ["a", "b", "c", "d", "e"];
        await using var system = await StartAsync();
        using var auditor = await system.AuditorAsync();
        var before = await auditor.HappenAsync("order.approved", 20, subjects);
        Assert.Equal(20, Ours(_kafka.Read(Topic, read => Ours(read).Count == 20)).Count);

        _kafka.Stop();
        var meanwhile = await auditor.HappenAsync("order.approved", 600, subjects);
        await Task.Delay(TimeSpan.FromSeconds(8), Cancellation);
        _kafka.Start();
        var after = await auditor.HappenAsync("order.approved", 20, subjects);
        IReadOnlyList<string> all = [.. before, .. meanwhile, .. after];
        var read = Ours(_kafka.Read(Topic, read => Ours(read).Count >= all.Count));

        Assert.Equal(all.Order(), read.Select(one => Event(one).Text("id")).Order());
        var place = all.Select((id, index) => (id, index)).ToDictionary(pair => pair.id, pair => pair.index);
        foreach (var partition in read.GroupBy(one => one.Partition.Value))
        {
            foreach (var subject in partition.OrderBy(one => one.Offset.Value).GroupBy(one => one.Message.Key))
            {
                Assert.Equal(subject.Select(one => place[Event(one).Text("id")!]).Order(), subject.Select(one => place[Event(one).Text("id")!]));
            }
        }

        Assert.All(read.GroupBy(one => one.Message.Key), subject => Assert.Single(subject.Select(one => one.Partition.Value).Distinct()));
    }

    [Fact]
    public async Task A_replica_that_takes_over_goes_on_where_the_other_one_was()
    {
        await using var system = await StartAsync();
        using var auditor = await system.AuditorAsync();
        await using (var replica = system.Replica())
        {
            await replica.InitializeAsync();
            await auditor.HappenAsync("order.approved", 100);
        }

        await auditor.HappenAsync("order.approved", 100);

        var read = Ours(_kafka.Read(Topic, read => Ours(read).Select(one => Event(one).Text("id")).Distinct().Count() == 200));
        Assert.Equal(200, read.Select(one => Event(one).Text("id")).Distinct().Count());
    }

    [Fact]
    public async Task The_trail_and_everything_else_works_while_there_is_no_Kafka()
    {
        _kafka.Stop();
        await using var system = await StartAsync();
        using var auditor = await system.AuditorAsync();

        var id = Assert.Single(await auditor.HappenAsync("order.approved", 1));

        Assert.Equal(id, (await auditor.GetAsync($"{TrailEvents.Path}/{id}", Cancellation).BodyAsync()).Text("id"));
    }

    [Theory]
    [InlineData("BootstrapServers", "kafka", "it must be brokers as host:port")]
    [InlineData("Topic", "..", "it must be 1 to 249 letters")]
    [InlineData("Topic", "events for all", "it must be 1 to 249 letters")]
    [InlineData("SecurityProtocol", "tls", "it must be one of Plaintext, Ssl, SaslPlaintext, SaslSsl")]
    [InlineData("SecurityProtocol", "SaslSsl", "it needs SaslMechanism, SaslUsername and SaslPassword")]
    [InlineData("SaslMechanism", "guess", "it must be one of")]
    [InlineData("CertificatesFile", "/nowhere/ca.pem", "there is no such file")]
    public async Task A_setting_that_cannot_be_is_refused_at_start_and_named(string name, string value, string rule)
    {
        await using var system = RunningSystem.With(new Dictionary<string, string> { ["UserDomain:Kafka:BootstrapServers"] = _kafka.BootstrapServers, [$"UserDomain:Kafka:{name}"] = value });

        var refusal = await Assert.ThrowsAsync<StartupException>(async () => await system.InitializeAsync());

        Assert.StartsWith($"UserDomain__Kafka__{name} is '{value}': {rule}", refusal.Message, StringComparison.Ordinal);
    }

    private async Task<RunningSystem> StartAsync()
    {
        var system = RunningSystem.With(new Dictionary<string, string> { ["UserDomain:Kafka:BootstrapServers"] = _kafka.BootstrapServers });
        await system.InitializeAsync();
        return system;
    }

    // Starting and signing in are events as well.
    private static List<ConsumeResult<string, byte[]>> Ours(List<ConsumeResult<string, byte[]>> read) => read.FindAll(one => Event(one).Text("type") == "order.approved");

    private static JsonElement Event(ConsumeResult<string, byte[]> one) => JsonSerializer.Deserialize<JsonElement>(one.Message.Value);
}
