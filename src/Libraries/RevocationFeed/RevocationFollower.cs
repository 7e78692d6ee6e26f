using System.Globalization;
using System.Net.Http.Json;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace UserDomain.RevocationFeed;

/// <summary>Follows the revocation log, by asking each second what has come.</summary>
internal sealed partial class RevocationFollower(
    IHttpClientFactory clients, IOptions<RevocationFeedOptions> options, RevokedTokens revoked, ILogger<RevocationFollower> logger) : BackgroundService
{
    private const int PageSize = 200;

    // While nothing is known yet requests wait, and who has the log may be starting as well.
    private static readonly TimeSpan BeforeFirst = TimeSpan.FromMilliseconds(100);

    private long _settled;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!revoked.BeginToFollow())
        {
            return;
        }

        string? interruption = null;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await ReadAsync(stoppingToken);
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

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        var askedAt = TimeProvider.System.GetTimestamp();
        using var client = clients.CreateClient(options.Value.HttpClient);
        var (after, isSettled) = (_settled, true);
        RevocationPage page;
        do
        {
            page = await client.GetFromJsonAsync<RevocationPage>(UrlAfter(after), cancellationToken) ?? throw new HttpRequestException("The revocation log answered nothing.");
            revoked.Add(page.Items);
            if (isSettled)
            {
                _settled = page.Settled;
            }

            after = page.Items is [.., var last] ? last.Number : after;
            isSettled &= page.Settled == after;
        }
        while (page.NextCursor is not null);

        revoked.Told(askedAt);
    }

    private Uri UrlAfter(long number) => new(options.Value.Log!, string.Create(CultureInfo.InvariantCulture, $"?after={number}&limit={PageSize}"));

    [LoggerMessage(Level = LogLevel.Warning, Message = "The revocation log cannot be followed; what was revoked since is not known: {Reason}")]
    private partial void LogInterrupted(string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "The revocation log is followed again")]
    private partial void LogResumed();
}
