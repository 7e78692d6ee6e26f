using System.Text.Json;
using Microsoft.Extensions.Caching.Memory;
using UserDomain.AuditApi.AuditEvents;
using UserDomain.Contracts;
using UserDomain.Database;
using UserDomain.Events;
using UserDomain.ServiceDefaults.Authorization;

namespace UserDomain.AuditApi.Reading;

/// <summary>Records who reads the trail and what they ask for (AUD-05), before they are answered. The same asked again within ten minutes is one reading.</summary>
internal sealed class ReadingLog(AuditTrail trail, AuditRecorder audit, RecentReadings recent, IHttpContextAccessor http, TimeProvider time)
{
    private static readonly AuditParty Trail = new("audit-trail", "audit-events");

    /// <summary>Notes that one event is read.</summary>
    public Task NoteAsync(Guid id, CancellationToken cancellationToken) => NoteAsync(AuditEventTypes.AuditRead, new() { ["event"] = id }, null, cancellationToken);

    /// <summary>Notes that a list is read.</summary>
    public Task NoteAsync(AuditEventFilter filter, CancellationToken cancellationToken) => NoteAsync(AuditEventTypes.AuditRead, Asked(filter), null, cancellationToken);

    /// <summary>Notes an export.</summary>
    public Task NoteExportAsync(string format, AuditEventFilter filter, long after, CancellationToken cancellationToken)
    {
        var asked = Asked(filter);
        asked["format"] = format;
        return NoteAsync(AuditEventTypes.AuditExported, asked, after, cancellationToken);
    }

    /// <summary>Notes that somebody follows what comes.</summary>
    public Task NoteFeedAsync(AuditEventFilter filter, long? after, CancellationToken cancellationToken) => NoteAsync(AuditEventTypes.AuditFollowed, Asked(filter), after, cancellationToken);

    private async Task NoteAsync(string type, Dictionary<string, object> asked, long? after, CancellationToken cancellationToken)
    {
        var caller = Caller.Of(http.HttpContext!.User);
        var reading = JsonSerializer.Serialize(new { type, caller.Subject, caller.ClientId, caller.SessionId, asked });
        if (recent.Includes(reading))
        {
            return;
        }

        if (after is not null)
        {
            asked["after"] = after;
        }

        await trail.AppendAsync([audit.RecordOf(type, Trail, after: asked)], time.GetStoredNow(), cancellationToken);
        recent.Add(reading);
    }

    // Words and addresses, and whatever else was typed that is no id, may be those of somebody who is erased later: only that there were some is kept.
    private static Dictionary<string, object> Asked(AuditEventFilter filter)
    {
        var members = new (string Name, object? Value)[]
        {
            ("type", filter.Type), ("client", filter.Client), ("from", filter.From), ("to", filter.To), ("succeeded", filter.Succeeded),
            ("actor", IdOrTrue(filter.Actor)), ("target", IdOrTrue(filter.Target)), ("session", IdOrTrue(filter.Session)),
            ("address", filter.Address is null ? null : true), ("words", filter.Q is null ? null : true),
        };
        return members.Where(member => member.Value is not null).ToDictionary(member => member.Name, member => member.Value!);
    }

    private static object? IdOrTrue(string? value) => value is null ? null : Guid.TryParse(value, out var id) ? id : true;
}

/// <summary>What was read in the last ten minutes.</summary>
internal sealed class RecentReadings : IDisposable
{
    private const int Most = 10_000;
    private static readonly TimeSpan Recent = TimeSpan.FromMinutes(10);
    private readonly MemoryCache _readings = new(new MemoryCacheOptions { SizeLimit = Most });

    public bool Includes(string reading) => _readings.TryGetValue(reading, out _);

    public void Add(string reading)
    {
        using var entry = _readings.CreateEntry(reading);
        (entry.Size, entry.AbsoluteExpirationRelativeToNow, entry.Value) = (1, Recent, reading);
    }

    public void Dispose() => _readings.Dispose();
}
