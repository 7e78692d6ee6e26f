using System.Diagnostics;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using UserDomain.Contracts;
using UserDomain.Database;
using UserDomain.ServiceDefaults.Authorization;
using UserDomain.ServiceDefaults.Hosting;

namespace UserDomain.Events;

/// <summary>Writes audit events into the outbox of a store, to be committed with what they tell of (AUD-01).</summary>
/// <param name="http">The request, from which actor, client, session and address are read (AUD-02).</param>
/// <param name="time">Clock.</param>
public sealed class AuditRecorder(IHttpContextAccessor http, TimeProvider time)
{
    /// <summary>Adds an event; the caller saves it together with its change.</summary>
    /// <param name="store">The store the change is made in.</param>
    /// <param name="type">One of <see cref="AuditEventTypes"/>.</param>
    /// <param name="target">What it was done to.</param>
    /// <param name="before">The state before, or null for a creation. Only members that differ from <paramref name="after"/> are kept.</param>
    /// <param name="after">The state after, or null for a deletion.</param>
    /// <param name="origin">Who did it where; by default the caller of the API.</param>
    /// <param name="succeeded">False for a refused attempt.</param>
    public void Record(
        DbContext store, string type, AuditParty target, object? before = null, object? after = null, AuditOrigin? origin = null, bool succeeded = true) =>
        store.Add(Describe(type, target, before, after, origin, succeeded));

    /// <summary>The same for a caller that writes the event itself, together with its change.</summary>
    public OutboxMessage Describe(string type, AuditParty target, object? before = null, object? after = null, AuditOrigin? origin = null, bool succeeded = true)
    {
        var record = RecordOf(type, target, before, after, origin, succeeded);
        return new() { EventId = record.Id, Payload = JsonSerializer.Serialize(record, ApiJson.Options), CreatedAt = record.Time };
    }

    /// <summary>The same for the trail itself, which has no outbox.</summary>
    public AuditEventRecord RecordOf(string type, AuditParty target, object? before = null, object? after = null, AuditOrigin? origin = null, bool succeeded = true)
    {
        var context = http.HttpContext;
        var from = origin ?? AuditOrigin.OfCaller(context);
        var (old, @new) = AuditDiff.Between(before, after);
        var now = time.GetStoredNow();
        return new(
            Guid.CreateVersion7(now), type, now, from.Actor, from.ClientId, from.SessionId, from.Address ?? context?.Connection.RemoteIpAddress?.ToString(),
            target, succeeded, old, @new, Activity.Current?.TraceId.ToString());
    }
}

/// <summary>Who did something, through what.</summary>
/// <param name="Actor">The person or service; null for the system itself.</param>
/// <param name="ClientId">The application.</param>
/// <param name="SessionId">The session.</param>
/// <param name="Address">The address, when it is not that of the request.</param>
public sealed record AuditOrigin(AuditParty? Actor, string? ClientId = null, string? SessionId = null, string? Address = null)
{
    /// <summary>The system itself, as at start.</summary>
    public static readonly AuditOrigin System = new(Actor: null);

    /// <summary>A user who acts in a session.</summary>
    public static AuditOrigin OfUser(Guid id, string? name, Guid? session = null, string? client = null) =>
        new(new AuditParty("user", id.ToString(), name), client, session?.ToString());

    internal static AuditOrigin OfCaller(HttpContext? context)
    {
        if (context?.User.Identity is not { IsAuthenticated: true })
        {
            return System;
        }

        var caller = Caller.Of(context.User);
        return new(new AuditParty(caller.UserId is null ? "client" : "user", caller.Subject), caller.ClientId, caller.SessionId?.ToString());
    }
}
