using System.Net;
using System.Net.Sockets;
using Microsoft.EntityFrameworkCore;
using UserDomain.Database;
using UserDomain.IdentityStore;
using UserDomain.IdentityStore.Throttling;

namespace UserDomain.IdentityServer.Throttling;

/// <summary>So many attempts within a span of time.</summary>
/// <param name="Name">What is counted, and of whom.</param>
/// <param name="Most">How many are let through.</param>
internal sealed record AttemptLimit(string Name, int Most);

/// <summary>
/// Counts attempts before they are made, in the store, so that all replicas count as one and attempts at the same time cannot slip through
/// together (LOG-04).
/// </summary>
internal sealed class AttemptThrottle(IdentityStoreContext store, TimeProvider time)
{
    private const int SiteBytes = 8;

    /// <summary>How long attempts count.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    /// <summary>An address as one to count by: of IPv6 the network, of which one line has as many addresses as it likes.</summary>
    public static string SourceOf(IPAddress? address)
    {
        if (address is null || address is { AddressFamily: AddressFamily.InterNetwork })
        {
            return address?.ToString() ?? "unknown";
        }

        return address.IsIPv4MappedToIPv6
            ? address.MapToIPv4().ToString()
            : $"{new IPAddress([.. address.GetAddressBytes().Take(SiteBytes), .. new byte[SiteBytes]])}/{SiteBytes * 8}";
    }

    /// <summary>Counts one attempt against all of these limits.</summary>
    /// <returns>Whether none was reached. If one was, nothing is counted.</returns>
    public async Task<bool> TryRaiseAsync(IReadOnlyList<AttemptLimit> limits, CancellationToken cancellationToken)
    {
        for (var at = 0; at < limits.Count; at++)
        {
            if (!await TryRaiseAsync(limits[at], cancellationToken))
            {
                await LowerAsync([.. limits.Take(at)], cancellationToken);
                return false;
            }
        }

        return true;
    }

    /// <summary>Takes back an attempt that turned out to be an honest one.</summary>
    public async Task LowerAsync(IReadOnlyList<AttemptLimit> limits, CancellationToken cancellationToken)
    {
        foreach (var name in limits.Select(limit => limit.Name))
        {
            await store.AttemptCounters.Where(row => row.Name == name && row.Count > 0)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.Count, row => row.Count - 1), cancellationToken);
        }
    }

    private async Task<bool> TryRaiseAsync(AttemptLimit limit, CancellationToken cancellationToken) =>
        await TryCountOnAsync(limit, cancellationToken) || await TryBeginAsync(limit, cancellationToken) || await TryCountOnAsync(limit, cancellationToken);

    private async Task<bool> TryCountOnAsync(AttemptLimit limit, CancellationToken cancellationToken)
    {
        var now = time.GetStoredNow();
        var ends = now + Window;
        return await store.AttemptCounters.Where(row => row.Name == limit.Name && row.EndsAt > now && row.Count < limit.Most)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.Count, row => row.Count + 1), cancellationToken) == 1
            || await store.AttemptCounters.Where(row => row.Name == limit.Name && row.EndsAt <= now)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.Count, 1).SetProperty(row => row.EndsAt, ends), cancellationToken) == 1;
    }

    private async Task<bool> TryBeginAsync(AttemptLimit limit, CancellationToken cancellationToken)
    {
        if (await store.AttemptCounters.AnyAsync(row => row.Name == limit.Name, cancellationToken))
        {
            return false;
        }

        return await store.TryInsertAsync(new AttemptCounter { Name = limit.Name, Count = 1, EndsAt = time.GetStoredNow() + Window }, cancellationToken);
    }
}
