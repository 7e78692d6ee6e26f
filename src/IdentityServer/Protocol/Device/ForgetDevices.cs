using Microsoft.EntityFrameworkCore;
using OpenIddict.EntityFrameworkCore.Models;
using UserDomain.Database;
using UserDomain.IdentityStore;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace UserDomain.IdentityServer.Protocol.Device;

/// <summary>Deletes the codes of devices that have ended, and counters nobody counts on any more: what anybody can write without signing in must not stay.</summary>
internal sealed partial class ForgetDevices(IServiceScopeFactory scopes, TimeProvider time, ILogger<ForgetDevices> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);

    // So long a device that comes late learns that its code has expired, and not that there never was one.
    private static readonly TimeSpan Remembered = TimeSpan.FromHours(1);
    private static readonly string?[] Codes = [TokenTypeIdentifiers.Private.DeviceCode, TokenTypeIdentifiers.Private.UserCode];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await using var scope = scopes.CreateAsyncScope();
                await ForgetAsync(scope.ServiceProvider.GetRequiredService<IdentityStoreContext>(), time, stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                LogKept(exception.GetBaseException().Message);
            }
        }
    }

    /// <summary>Two replicas that do it at once do no harm: what one has deleted the other does not find.</summary>
    internal static async Task ForgetAsync(IdentityStoreContext store, TimeProvider time, CancellationToken cancellationToken)
    {
        var now = time.GetStoredNow();
        var ended = (now - Remembered).UtcDateTime;
        await store.Set<OpenIddictEntityFrameworkCoreToken<Guid>>()
            .Where(row => row.ExpirationDate < ended && Codes.Contains(row.Type))
            .ExecuteDeleteAsync(cancellationToken);
        await store.AttemptCounters.Where(row => row.EndsAt < now).ExecuteDeleteAsync(cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Device codes that have ended could not be deleted; it is tried again: {Reason}")]
    private partial void LogKept(string reason);
}
