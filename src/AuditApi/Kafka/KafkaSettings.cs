using System.Text.RegularExpressions;
using Confluent.Kafka;
using UserDomain.ServiceDefaults.Hosting;

namespace UserDomain.AuditApi.Kafka;

/// <summary>Where Kafka is, and what events are sent to.</summary>
internal sealed partial record KafkaSettings(string BootstrapServers, string Topic, SecurityProtocol SecurityProtocol, string? CertificatesFile, SaslMechanism? SaslMechanism, string? SaslUsername, string? SaslPassword)
{
    public const string DefaultTopic = "user-domain.events";

    /// <summary>Reads them; null without brokers.</summary>
    /// <exception cref="StartupException">One is not what it has to be.</exception>
    public static KafkaSettings? Read(IConfiguration configuration)
    {
        var section = configuration.GetSection($"{UserDomainSettings.Section}:Kafka");
        if (section["BootstrapServers"] is not { Length: > 0 } servers)
        {
            return null;
        }

        if (!servers.Split(',').All(server => Server().IsMatch(server.Trim())))
        {
            throw Wrong("BootstrapServers", servers, "it must be brokers as host:port, separated by commas");
        }

        var topic = section["Topic"] is { Length: > 0 } named ? named : DefaultTopic;
        if (!TopicName().IsMatch(topic))
        {
            throw Wrong("Topic", topic, "it must be 1 to 249 letters, digits, dots, underscores and hyphens");
        }

        var settings = new KafkaSettings(
            servers, topic, ReadName<SecurityProtocol>(section, "SecurityProtocol") ?? Confluent.Kafka.SecurityProtocol.Plaintext, section["CertificatesFile"] is { Length: > 0 } file ? file : null,
            ReadName<SaslMechanism>(section, "SaslMechanism"), section["SaslUsername"], section["SaslPassword"]);
        if (settings.CertificatesFile is not null && !File.Exists(settings.CertificatesFile))
        {
            throw Wrong("CertificatesFile", settings.CertificatesFile, "there is no such file");
        }

        if (settings.SecurityProtocol is Confluent.Kafka.SecurityProtocol.SaslPlaintext or Confluent.Kafka.SecurityProtocol.SaslSsl && (settings.SaslMechanism is null || settings.SaslUsername is null || settings.SaslPassword is null))
        {
            throw Wrong("SecurityProtocol", settings.SecurityProtocol.ToString(), "it needs SaslMechanism, SaslUsername and SaslPassword");
        }

        return settings;
    }

    /// <summary>
    /// A producer that neither loses nor doubles nor reorders: it sends again for as long as it lives, and what was acknowledged is on all replicas that are in sync.
    /// Keys go to the partitions other clients of Kafka would choose.
    /// </summary>
    public ProducerConfig Producer() => new()
    {
        BootstrapServers = BootstrapServers,
        ClientId = "user-domain",
        EnableIdempotence = true,
        Acks = Acks.All,
        MessageTimeoutMs = 0,
        LingerMs = 5,
        CompressionType = CompressionType.Lz4,
        Partitioner = Partitioner.Murmur2Random,
        SecurityProtocol = SecurityProtocol,
        SslCaLocation = CertificatesFile,
        SaslMechanism = SaslMechanism,
        SaslUsername = SaslUsername,
        SaslPassword = SaslPassword,
    };

    private static T? ReadName<T>(IConfigurationSection section, string name)
        where T : struct, Enum => section[name] switch
        {
            null or "" => null,
            { } value when Enum.TryParse<T>(value, ignoreCase: true, out var known) && Enum.IsDefined(known) && !int.TryParse(value, out _) => known,
            { } value => throw Wrong(name, value, $"it must be one of {string.Join(", ", Enum.GetNames<T>())}"),
        };

    private static StartupException Wrong(string name, string value, string rule) => new($"UserDomain__Kafka__{name} is '{value}': {rule}");

    [GeneratedRegex(@"\A(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+):[0-9]{1,5}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 200)]
    private static partial Regex Server();

    [GeneratedRegex(@"\A(?!\.{1,2}\z)[A-Za-z0-9._-]{1,249}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 200)]
    private static partial Regex TopicName();
}
