using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace UserDomain.RevocationFeed;

/// <summary>Follows the revocation log: has itself told what comes, and where that does not work asks each second.</summary>
internal sealed partial class RevocationFollower(
    RevocationLogClient log, IOptions<RevocationFeedOptions> options, RevokedTokens revoked, ILogger<RevocationFollower> logger) : BackgroundService
{
    // While nothing is known yet requests wait, and who has the log may be starting as well.
    private static readonly TimeSpan BeforeFirst = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan BeforeNextStream = TimeSpan.FromSeconds(5);

    private long _settled;
    private long _taken;
    private long? _deafAt;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!revoked.BeginToFollow())
        {
            return;
        }

        using var meter = new Meter("UserDomain.RevocationFeed");
        meter.CreateObservableGauge("user_domain.revocations.age", () => Math.Min(revoked.Age.TotalSeconds, int.MaxValue), "s", "How long ago what is known to be revoked was certain to be everything");
        meter.CreateObservableGauge("user_domain.revocations.known", () => revoked.Count, "{entry}", "What is known to be revoked");
        string? interruption = null;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (!await ListenAsync(stoppingToken))
                {
                    await TakeAsync(log.AskAsync(_settled, stoppingToken));
                }

                if (interruption is not null && revoked.FirstRead.IsCompleted)
                {
                    LogResumed();
                }

                interruption = null;
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                var reason = exception.GetBaseException().Message;
                if (reason != interruption && revoked.FirstRead.IsCompleted)
                {
                    LogInterrupted(reason);
                }

                interruption = reason;
            }

            // By the system's clock: a clock that is moved must not stand still between two questions.
            await Task.Delay(revoked.FirstRead.IsCompleted ? options.Value.Interval : BeforeFirst, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <returns>False where nothing can be heard at the moment.</returns>
    private async Task<bool> ListenAsync(CancellationToken stoppingToken)
    {
        if (_deafAt is { } deafAt && TimeProvider.System.GetElapsedTime(deafAt) < BeforeNextStream)
        {
            return false;
        }

        var taken = _taken;
        try
        {
            await TakeAsync(log.ListenAsync(_settled, stoppingToken));
        }
        catch (Exception) when (!stoppingToken.IsCancellationRequested)
        {
            // What is the matter, and whether anything is, is told by asking.
        }

        _deafAt = _taken == taken ? TimeProvider.System.GetTimestamp() : null;
        return _deafAt is null;
    }

    private async Task TakeAsync(IAsyncEnumerable<RevocationPage> pages)
    {
        var askedAt = TimeProvider.System.GetTimestamp();
        await foreach (var page in pages)
        {
            revoked.Add(page.Items);
            if (page.NextCursor is null)
            {
                _taken++;
                _settled = page.Settled;
                revoked.Told(askedAt);
                askedAt = TimeProvider.System.GetTimestamp();
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The revocation log cannot be followed; what was revoked since is not known: {Reason}")]
    private partial void LogInterrupted(string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "The revocation log is followed again")]
    private partial void LogResumed();
}
