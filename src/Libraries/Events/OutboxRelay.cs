using System.Net;
using System.Net.Mime;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using UserDomain.Database.Leases;
using UserDomain.ServiceDefaults.Hosting;

namespace UserDomain.Events;

/// <summary>
/// Delivers the outbox to the audit trail: in order, at least once, by one replica at a time. A message is deleted only after the trail
/// has confirmed it, so a crash in between repeats it and the trail knows it by its id.
/// </summary>
internal sealed partial class OutboxRelay<TContext>(
    IServiceScopeFactory scopes, IHttpClientFactory clients, UserDomainSettings settings, TimeProvider time, ILogger<OutboxRelay<TContext>> logger)
    : BackgroundService
    where TContext : DbContext
{
    private const string LeaseName = "outbox-relay";
    private const int BatchSize = 100;
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(250);

    // So short that what happens after an outage is in the trail as soon as what happens at any other time.
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    private readonly Guid _holder = Guid.CreateVersion7();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Whoever waits for the start comes first, and the trail may be starting as well.
        var pause = LongestPause;
        string? interruption = null;
        while (await WaitAsync(pause, stoppingToken))
        {
            try
            {
                await DeliverAllAsync(stoppingToken);
                pause = PollInterval;
                if (interruption is not null)
                {
                    interruption = null;
                    LogResumed();
                }
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                // The trail or the database is away. What is committed stays; the next round takes it up where it is.
                pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, LongestPause.Ticks));
                var reason = exception.GetBaseException().Message;
                if (reason != interruption)
                {
                    interruption = reason;
                    LogInterrupted(reason);
                }
            }
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<Lease<TContext>>().ReleaseAsync(LeaseName, _holder, cancellationToken);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            LogInterrupted(exception.GetBaseException().Message);
        }
    }

    private async Task<bool> WaitAsync(TimeSpan pause, CancellationToken stoppingToken)
    {
        await Task.Delay(pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !stoppingToken.IsCancellationRequested;
    }

    private async Task DeliverAllAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var store = scope.ServiceProvider.GetRequiredService<TContext>();
        var lease = scope.ServiceProvider.GetRequiredService<Lease<TContext>>();
        if (!await lease.TryHoldAsync(LeaseName, _holder, cancellationToken))
        {
            return;
        }

        // What came while a batch was on its way waits for the next round, unless it fills one: a round costs the same for one event as for a hundred.
        var size = BatchSize;
        var isMore = true;
        while (isMore && await store.Set<OutboxMessage>().AsNoTracking().Where(message => message.Refusal == null).OrderBy(message => message.Sequence)
            .Take(size).ToListAsync(cancellationToken) is { Count: > 0 } batch)
        {
            var wasFull = batch.Count == size;
            size = await DeliverAsync(store, batch, cancellationToken) ? BatchSize : 1;
            isMore = (wasFull || size == 1) && await lease.TryHoldAsync(LeaseName, _holder, cancellationToken);
        }
    }

    /// <returns>False if the batch holds an event the trail refuses, or is too large for it: the next event is then sent alone.</returns>
    private async Task<bool> DeliverAsync(TContext store, List<OutboxMessage> batch, CancellationToken cancellationToken)
    {
        using var client = clients.CreateClient(EventsRegistration.AuditClient);
        using var events = new StringContent($$"""{"events":[{{string.Join(',', batch.Select(message => message.Payload))}}]}""", Encoding.UTF8, MediaTypeNames.Application.Json);
        using var response = await client.PostAsync(new Uri(settings.PublicUrl, "api/v1/audit-events"), events, cancellationToken);
        var sequences = batch.Select(message => message.Sequence).ToList();
        var sent = store.Set<OutboxMessage>().Where(message => sequences.Contains(message.Sequence));
        if (response.StatusCode is not (HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge))
        {
            response.EnsureSuccessStatusCode();
            await sent.ExecuteDeleteAsync(cancellationToken);
            return true;
        }

        if (batch.Count == 1)
        {
            var refusal = await response.Content.ReadAsStringAsync(cancellationToken);
            LogRefused(batch[0].EventId, refusal);
            await sent.ExecuteUpdateAsync(set => set.SetProperty(message => message.Refusal, refusal), cancellationToken);
        }

        return false;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Audit events wait in the outbox until the trail can be reached: {Reason}")]
    private partial void LogInterrupted(string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Audit events are delivered again")]
    private partial void LogResumed();

    [LoggerMessage(Level = LogLevel.Error, Message = "The audit trail refused event {EventId}; it is kept in the outbox: {Refusal}")]
    private partial void LogRefused(Guid eventId, string refusal);
}
