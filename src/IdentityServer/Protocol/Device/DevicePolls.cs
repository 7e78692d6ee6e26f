using Microsoft.EntityFrameworkCore;
using UserDomain.Database;
using UserDomain.IdentityStore;
using UserDomain.IdentityStore.Devices;

namespace UserDomain.IdentityServer.Protocol.Device;

/// <summary>Holds devices to the interval they were told (RFC 8628 section 3.5), at all replicas together.</summary>
internal sealed class DevicePolls(IdentityStoreContext store, TimeProvider time)
{
    /// <summary>The interval devices are told, in seconds, and by how much each poll that comes too early makes it longer.</summary>
    public const int IntervalSeconds = 5;

    // Who waits from answer to request arrives a little early when the earlier request was the slower one.
    private static readonly TimeSpan Tolerance = TimeSpan.FromMilliseconds(500);

    /// <summary>Notes a poll, in one statement: of polls that arrive together only one is on time.</summary>
    /// <returns>Whether it is on time. If not, the device has to wait longer from now on.</returns>
    public async Task<bool> IsOnTimeAsync(Guid deviceCode, CancellationToken cancellationToken)
    {
        var now = time.GetStoredNow();
        var request = await store.DeviceRequests.AsNoTracking().FirstOrDefaultAsync(row => row.DeviceCodeId == deviceCode, cancellationToken);
        if (request is null)
        {
            return false;
        }

        var next = now.AddSeconds(request.PollInterval) - Tolerance;
        return await OfAsync(deviceCode).Where(row => row.NextPollAt <= now)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.NextPollAt, next), cancellationToken) == 1
            || await SlowDownAsync(deviceCode, request.PollInterval, now, cancellationToken);
    }

    private async Task<bool> SlowDownAsync(Guid deviceCode, int interval, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var next = now.AddSeconds(interval + IntervalSeconds) - Tolerance;
        await OfAsync(deviceCode).ExecuteUpdateAsync(set => set
            .SetProperty(row => row.PollInterval, row => row.PollInterval + IntervalSeconds)
            .SetProperty(row => row.NextPollAt, next), cancellationToken);
        return false;
    }

    private IQueryable<DeviceRequest> OfAsync(Guid deviceCode) => store.DeviceRequests.Where(row => row.DeviceCodeId == deviceCode);
}
