using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using UserDomain.AuditApi.Erasures;
using UserDomain.AuditApi.Export;
using UserDomain.AuditApi.Heads;
using UserDomain.AuditApi.Live;
using UserDomain.AuditApi.Proofs;
using UserDomain.AuditApi.Reading;
using UserDomain.AuditApi.Search;
using UserDomain.AuditApi.Subjects;
using UserDomain.AuditApi.Timelines;
using UserDomain.AuditApi.Verification;
using UserDomain.Contracts;
using UserDomain.Database;
using UserDomain.ServiceDefaults.Authorization;
using UserDomain.ServiceDefaults.Backchannel;
using UserDomain.ServiceDefaults.Hosting;
using UserDomain.ServiceDefaults.Lists;

namespace UserDomain.AuditApi.AuditEvents;

internal static class AuditEventEndpoints
{
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(5);

    // Our own services tell what others did; everybody else tells what they did themselves.
    private static readonly HashSet<string> Reporters = [.. ServiceCredentials.Scopes.Where(own => own.Value.Contains(Scopes.AuditWrite)).Select(own => ServiceCredentials.ClientIdOf(own.Key))];

    public static void MapAuditEvents(this IEndpointRouteBuilder routes)
    {
        var events = routes.MapGroup("/audit-events").WithTags("Audit events");

        events.MapGet("/", List).RequireAccess(Scopes.AuditRead);
        events.MapPost("/", Append).RequireAccess(Scopes.AuditWrite);
        events.MapGet("/{id:guid}", Get).RequireAccess(Scopes.AuditRead);
        events.MapHeads();
        events.MapProofs();
        events.MapVerification();
        events.MapExport();
        events.MapLiveEvents();
        events.MapErasures();
        events.MapTimelines();
    }

    private static async Task<Results<Ok<Page<AuditEventResponse>>, ProblemHttpResult>> List(
        [AsParameters] AuditEventFilter filter, [AsParameters] PageQuery page, AuditSearch search, EventReader reader, ReadingLog readings, CursorCodec cursors, CancellationToken cancellationToken)
    {
        var list = $"audit-events?{JsonSerializer.Serialize(filter, ApiJson.Options)}";
        if (cursors.Refuse(list, page, out var cursor) is { } refusal)
        {
            return refusal;
        }

        if (AuditSearch.Refuse(filter) is { } wrong)
        {
            return wrong;
        }

        await readings.NoteAsync(filter, cancellationToken);
        long? before = cursor is null ? null : long.Parse(cursor, CultureInfo.InvariantCulture);
        var found = await reader.OpenAsync(await search.FindAsync(filter, before, page.Size + 1, cancellationToken), cancellationToken);
        return TypedResults.Ok(Page.Of(found, page.Size, audit => cursors.Encode(list, audit.Sequence.ToString(CultureInfo.InvariantCulture))));
    }

    // Idempotency-Key has no part in it: each event carries its own key, its id.
    private static async Task<Results<Ok<AppendResponse>, ProblemHttpResult>> Append(
        AppendRequest request, HttpContext http, AuditTrail trail, TimeProvider time, CancellationToken cancellationToken)
    {
        var now = time.GetStoredNow();
        var caller = Caller.Of(http.User);
        var events = request.Events.Select(sent => sent.ToRecord(now)).ToList();
        if (caller.UserId is not null || !Reporters.Contains(caller.Subject))
        {
            events = [.. events.Select(sent => AsOf(caller, http, now, sent))];
        }

        if (events.FindIndex(sent => sent.Type == AuditEventTypes.SubjectErased) is >= 0 and var own)
        {
            return Problems.RecordedByTheTrail(own);
        }

        if (events.FindIndex(sent => sent.Time > now + ClockTolerance) is >= 0 and var early)
        {
            return Problems.TimeInFuture(early);
        }

        var accepted = await trail.AppendAsync(events, now, cancellationToken);
        return TypedResults.Ok(new AppendResponse(accepted, events.Count - accepted));
    }

    private static async Task<Results<Ok<AuditEventResponse>, ProblemHttpResult>> Get(Guid id, AuditContext store, EventReader reader, ReadingLog readings, CancellationToken cancellationToken)
    {
        if (await store.AuditEvents.AsNoTracking().FirstOrDefaultAsync(audit => audit.Id == id, cancellationToken) is not { } row)
        {
            return Problems.AuditEventNotFound();
        }

        await readings.NoteAsync(id, cancellationToken);
        return TypedResults.Ok((await reader.OpenAsync([row], cancellationToken))[0]);
    }

    private static AuditEventRecord AsOf(Caller caller, HttpContext http, DateTimeOffset now, AuditEventRecord sent) => sent with
    {
        Time = now,
        Actor = new(caller.UserId is null ? "client" : "user", caller.Subject),
        ClientId = caller.ClientId,
        SessionId = caller.SessionId?.ToString(),
        Address = http.Connection.RemoteIpAddress is { IsIPv4MappedToIPv6: true } mapped ? mapped.MapToIPv4().ToString() : http.Connection.RemoteIpAddress?.ToString(),
    };
}
