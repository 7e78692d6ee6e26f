using UserDomain.AuditApi.Tree;
using UserDomain.Database.Leases;

namespace UserDomain.AuditApi.Heads;

/// <summary>
/// Signs a head about a second after the trail has grown (AUD-03), in one replica at a time, and hands it out of the database. While nothing is
/// appended it asks one question a second and writes nothing.
/// </summary>
internal sealed partial class Sealer(IServiceScopeFactory scopes, HeadsFile file, TimeProvider time, ILogger<Sealer> logger) : BackgroundService
{
    private const string LeaseName = "audit-sealer";
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LogInterval = TimeSpan.FromMinutes(1);

    private readonly Guid _holder = Guid.CreateVersion7();
    private TrailHead? _newest;
    private TrailHead? _unlogged;
    private DateTimeOffset _logged;
    private string? _problem;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            await SealAsync(scope.ServiceProvider, cancellationToken);
            await scope.ServiceProvider.GetRequiredService<Lease<AuditContext>>().ReleaseAsync(LeaseName, _holder, cancellationToken);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            LogInterrupted(exception.GetBaseException().Message);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (await WaitAsync(stoppingToken))
        {
            try
            {
                await using var scope = scopes.CreateAsyncScope();
                await SealAsync(scope.ServiceProvider, stoppingToken);
                Log();
                _problem = null;
            }
            catch (BrokenTreeException exception)
            {
                Tell(exception.Message, LogBroken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                Tell(exception.GetBaseException().Message, LogInterrupted);
            }
        }
    }

    private async Task<bool> WaitAsync(CancellationToken stoppingToken)
    {
        await Task.Delay(Interval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !stoppingToken.IsCancellationRequested;
    }

    private async Task SealAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var seal = services.GetRequiredService<TrailSeal>();
        if (await seal.SizeAsync(cancellationToken) == (_newest?.Size ?? 0) || !await services.GetRequiredService<Lease<AuditContext>>().TryHoldAsync(LeaseName, _holder, cancellationToken))
        {
            return;
        }

        (_newest, var isNew) = await seal.SealAsync(_newest, cancellationToken);
        if (isNew)
        {
            await file.AppendAsync(_newest!);
            _unlogged = _newest;
        }
    }

    // Where logs are shipped to another machine, they keep the heads as well; a line for each would drown the rest.
    private void Log()
    {
        var now = time.GetUtcNow();
        if (_unlogged is { } head && now - _logged >= LogInterval)
        {
            // One line, from which the note can be had again.
            var note = head.Note.Replace("\n", "\\n", StringComparison.Ordinal);
            LogSealed(head.Size, note);
            (_unlogged, _logged) = (null, now);
        }
    }

    private void Tell(string problem, Action<string> log)
    {
        if (problem != _problem)
        {
            _problem = problem;
            log(problem);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Audit head of {Size} events: {Note}")]
    private partial void LogSealed(long size, string note);

    [LoggerMessage(Level = LogLevel.Critical, Message = "The audit trail was changed; no head is signed until it is as it was. Verify it (GET /api/v1/audit-events/verification): {Reason}")]
    private partial void LogBroken(string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Audit heads wait until the database can be reached: {Reason}")]
    private partial void LogInterrupted(string reason);
}
