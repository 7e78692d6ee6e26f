using System.Text;
using Confluent.Kafka;
using Microsoft.EntityFrameworkCore;
using UserDomain.AuditApi.AuditEvents;
using UserDomain.AuditApi.Delivery;
using UserDomain.Database;
using UserDomain.Database.Leases;
using UserDomain.ServiceDefaults.Hosting;

namespace UserDomain.AuditApi.Kafka;

/// <summary>
/// Sends the whole trail to a topic of Kafka, one replica at a time. The position moves when a piece is acknowledged; a replica that ends before it does is followed by one that sends
/// the piece once more, with the same ids.
/// </summary>
internal sealed partial class KafkaPublisher(IServiceScopeFactory scopes, KafkaSettings kafka, UserDomainSettings settings, TimeProvider time, ILogger<KafkaPublisher> logger) : BackgroundService
{
    private const string Name = "kafka";
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan BetweenRenewals = Lease<AuditContext>.Duration / 3;

    private readonly Guid _holder = Guid.CreateVersion7();
    private IProducer<string, byte[]>? _producer;
    private string? _interruption;
    private string? _lastError;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Waits for the trail, not for Kafka: a call of its library must not keep the start.
        await Task.Yield();
        var pause = Interval;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                while (await SendNextAsync(stoppingToken))
                {
                }

                pause = Interval;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception exception)
            {
                Interrupted(exception.GetBaseException().Message);
                Close();
                pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, LongestPause.Ticks));
            }

            // By the system's clock: a clock that is moved must not stand still in between.
            await Task.Delay(pause, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        Close();
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<Lease<AuditContext>>().ReleaseAsync(Name, _holder, cancellationToken);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            LogInterrupted(exception.GetBaseException().Message);
        }
    }

    /// <returns>Whether there is more to send at once.</returns>
    private async Task<bool> SendNextAsync(CancellationToken stopping)
    {
        await using var scope = scopes.CreateAsyncScope();
        var store = scope.ServiceProvider.GetRequiredService<AuditContext>();
        var lease = scope.ServiceProvider.GetRequiredService<Lease<AuditContext>>();
        if (!await lease.TryHoldAsync(Name, _holder, stopping))
        {
            // Whoever has it sends everything; what waits here would come a second time.
            Close();
            return false;
        }

        var position = await PositionAsync(store, stopping);
        var piece = await scope.ServiceProvider.GetRequiredService<TrailReader>().ReadAfterAsync(position, _ => true, stopping);
        if (piece.Events.Count == 0)
        {
            return false;
        }

        var acknowledged = AcknowledgeAsync(piece.Events);
        while (await Task.WhenAny(acknowledged, Task.Delay(BetweenRenewals, stopping)) != acknowledged)
        {
            stopping.ThrowIfCancellationRequested();
            Interrupted(_lastError ?? "no broker has acknowledged anything");
            if (!await lease.TryHoldAsync(Name, _holder, stopping))
            {
                Close();
                return false;
            }
        }

        await acknowledged;
        await store.DeliveryProgress.Where(row => row.Receiver == Name && row.Position == position).ExecuteUpdateAsync(set => set.SetProperty(row => row.Position, piece.Through), stopping);
        if (_interruption is not null)
        {
            _interruption = null;
            LogResumed();
        }

        return !piece.IsLast;
    }

    // All at once: the library keeps the order of each partition, and sends many in one request.
    private Task<DeliveryResult<string, byte[]>[]> AcknowledgeAsync(IReadOnlyList<AuditEventResponse> events)
    {
        _producer ??= Open();
        return Task.WhenAll(events.Select(audit => _producer.ProduceAsync(kafka.Topic, new()
        {
            Key = audit.Target.Id,
            Value = CloudEvent.Write(audit, settings.PublicUrl),
            Timestamp = new(audit.Time),
            Headers = new() { { "content-type", Encoding.ASCII.GetBytes($"{CloudEvent.MediaType}; charset=utf-8") } },
        })));
    }

    private async Task<long> PositionAsync(AuditContext store, CancellationToken cancellationToken)
    {
        if (await store.DeliveryProgress.AsNoTracking().FirstOrDefaultAsync(row => row.Receiver == Name, cancellationToken) is { } progress)
        {
            return progress.Position;
        }

        await store.TryInsertAsync(new DeliveryProgress { Receiver = Name, Position = 0, Since = time.GetStoredNow() }, cancellationToken);
        return 0;
    }

    private IProducer<string, byte[]> Open() => new ProducerBuilder<string, byte[]>(kafka.Producer())
        .SetErrorHandler((_, error) => _lastError = error.Reason)
        .SetLogHandler((_, _) => { })
        .Build();

    private void Close()
    {
        _producer?.Dispose();
        _producer = null;
    }

    private void Interrupted(string reason)
    {
        if (reason != _interruption)
        {
            _interruption = reason;
            LogInterrupted(reason);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Events wait until Kafka takes them: {Reason}")]
    private partial void LogInterrupted(string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Kafka takes events again")]
    private partial void LogResumed();
}

/// <summary>Registers it.</summary>
internal static class KafkaRegistration
{
    public static void AddKafka(this IServiceCollection services, IConfiguration configuration)
    {
        if (KafkaSettings.Read(configuration) is { } kafka)
        {
            services.AddSingleton(kafka);
            services.AddHostedService<KafkaPublisher>();
        }
    }
}
