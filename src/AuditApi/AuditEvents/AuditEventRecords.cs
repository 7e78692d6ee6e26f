using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using UserDomain.Contracts;
using UserDomain.ServiceDefaults.Validation;

namespace UserDomain.AuditApi.AuditEvents;

/// <summary>Events to append.</summary>
/// <param name="Events">1 to 200 events.</param>
public sealed record AppendRequest([Required, MinLength(1), MaxLength(AuditEventLimits.Batch)] IReadOnlyList<AppendedEvent> Events);

/// <summary>
/// An event to append. From others than the product's own services, <c>time</c>, <c>actor</c>, <c>clientId</c>, <c>sessionId</c> and
/// <c>address</c> are not taken over: they are those of the request (AUD-02).
/// </summary>
/// <param name="Id">The event's own id; appending it again changes nothing.</param>
/// <param name="Type"><c>object.act</c>, lower case with hyphens, past tense; types of your own are welcome.</param>
/// <param name="Time">When it happened; the time of the request when absent.</param>
/// <param name="Actor">Who did it; null when a system itself did.</param>
/// <param name="ClientId">Application through which it was done.</param>
/// <param name="SessionId">Session in which it was done.</param>
/// <param name="Address">Network address it came from.</param>
/// <param name="Target">What it was done to.</param>
/// <param name="Succeeded">False for a refused attempt.</param>
/// <param name="Before">The changed members before, a JSON object of at most 32 kB.</param>
/// <param name="After">The changed members after, a JSON object of at most 32 kB.</param>
/// <param name="TraceId">W3C trace id of the request in which it happened.</param>
public sealed record AppendedEvent(
    [Required, EventId] Guid? Id,
    [Required, StringLength(AuditEventLimits.Type), EventType] string Type,
    DateTimeOffset? Time,
    AppendedParty? Actor,
    [StringLength(AuditEventLimits.Id), PlainText] string? ClientId,
    [StringLength(AuditEventLimits.Id), PlainText] string? SessionId,
    [StringLength(AuditEventLimits.Address), PlainText] string? Address,
    [Required] AppendedParty Target,
    [Required] bool? Succeeded,
    [JsonState] JsonElement? Before,
    [JsonState] JsonElement? After,
    [StringLength(AuditEventLimits.TraceId), PlainText] string? TraceId)
{
    internal AuditEventRecord ToRecord(DateTimeOffset now) => new(
        Id!.Value, Type, Time?.ToUniversalTime() ?? now, Actor?.ToParty(), ClientId, SessionId, Address, Target.ToParty(), Succeeded!.Value,
        Before, After, TraceId);
}

/// <summary>Who or what an event is about, or who caused it.</summary>
/// <param name="Type">Kind, as in <c>user</c>.</param>
/// <param name="Id">Its identifier.</param>
/// <param name="Name">What people call it.</param>
public sealed record AppendedParty(
    [Required, StringLength(AuditEventLimits.PartyType), PlainText] string Type,
    [Required, StringLength(AuditEventLimits.Id), PlainText] string Id,
    [StringLength(AuditEventLimits.Name), PlainText] string? Name)
{
    internal AuditParty ToParty() => new(Type, Id, Name);
}

/// <summary>What became of the events.</summary>
/// <param name="Accepted">How many were new.</param>
/// <param name="Known">How many the trail had already.</param>
public sealed record AppendResponse(int Accepted, int Known);

/// <summary>Which events to list; what is absent does not matter.</summary>
/// <remarks>Not a positional record: the OpenAPI document cannot be made from attributes on constructor parameters of a parameter list.</remarks>
public sealed record AuditEventFilter
{
    /// <summary>A type, or the beginning of types up to a dot, as in <c>user.</c>.</summary>
    [FromQuery(Name = "type"), StringLength(AuditEventLimits.Type), PlainText]
    public string? Type { get; init; }

    /// <summary>Id of who did it.</summary>
    [FromQuery(Name = "actor"), StringLength(AuditEventLimits.Id), PlainText]
    public string? Actor { get; init; }

    /// <summary>Id of what it was done to.</summary>
    [FromQuery(Name = "target"), StringLength(AuditEventLimits.Id), PlainText]
    public string? Target { get; init; }

    /// <summary>Session in which it was done.</summary>
    [FromQuery(Name = "session"), StringLength(AuditEventLimits.Id), PlainText]
    public string? Session { get; init; }

    /// <summary>Application through which it was done.</summary>
    [FromQuery(Name = "client"), StringLength(AuditEventLimits.Id), PlainText]
    public string? Client { get; init; }

    /// <summary>The earliest time.</summary>
    [FromQuery(Name = "from")]
    public DateTimeOffset? From { get; init; }

    /// <summary>The time before which it happened.</summary>
    [FromQuery(Name = "to")]
    public DateTimeOffset? To { get; init; }

    /// <summary>Whether it succeeded.</summary>
    [FromQuery(Name = "succeeded")]
    public bool? Succeeded { get; init; }

    /// <summary>Network address the request came from.</summary>
    [FromQuery(Name = "address"), StringLength(AuditEventLimits.Address), PlainText]
    public string? Address { get; init; }

    /// <summary>Up to 8 words, each as a whole, in lower or upper case, with or without accents: of names, the address, and the first texts of the states.</summary>
    [FromQuery(Name = "q"), StringLength(AuditEventLimits.Question), PlainText]
    public string? Q { get; init; }

    internal IQueryable<AuditEvent> Apply(IQueryable<AuditEvent> events) => Conditions().Aggregate(events, (found, condition) => condition(found));

    /// <summary>What the rows themselves are asked for, each in the order of its index.</summary>
    internal IEnumerable<Func<IQueryable<AuditEvent>, IQueryable<AuditEvent>>> Conditions()
    {
        // The character after the dot ends the range of everything that begins with it.
        var end = Type is [.., '.'] ? Type[..^1] + (char)('.' + 1) : null;
        var (from, to) = (From?.ToUniversalTime(), To?.ToUniversalTime());
        return new Func<IQueryable<AuditEvent>, IQueryable<AuditEvent>>?[]
        {
            Type is null ? null
                : end is null ? events => events.Where(audit => audit.Type == Type).OrderBy(audit => audit.Type)
                : events => events.Where(audit => audit.Type.CompareTo(Type) >= 0 && audit.Type.CompareTo(end) < 0).OrderBy(audit => audit.Type),
            Actor is null ? null : events => events.Where(audit => audit.ActorId == Actor).OrderBy(audit => audit.ActorId),
            Target is null ? null : events => events.Where(audit => audit.TargetId == Target).OrderBy(audit => audit.TargetId),
            Session is null ? null : events => events.Where(audit => audit.SessionId == Session).OrderBy(audit => audit.SessionId),
            Client is null ? null : events => events.Where(audit => audit.ClientId == Client).OrderBy(audit => audit.ClientId),
            Succeeded is null ? null : events => events.Where(audit => audit.Succeeded == Succeeded).OrderBy(audit => audit.Succeeded),
            (from, to) switch
            {
                (null, null) => null,
                ({ } first, null) => events => events.Where(audit => audit.Time >= first).OrderBy(audit => audit.Time),
                (null, { } last) => events => events.Where(audit => audit.Time < last).OrderBy(audit => audit.Time),
                ({ } first, { } last) => events => events.Where(audit => audit.Time >= first && audit.Time < last).OrderBy(audit => audit.Time),
            },
        }.OfType<Func<IQueryable<AuditEvent>, IQueryable<AuditEvent>>>();
    }
}

/// <summary>An event of the trail.</summary>
/// <param name="Id">The event's own id.</param>
/// <param name="Sequence">Position in the trail: 1, 2, 3 without a gap.</param>
/// <param name="Type">What happened, <c>object.act</c>.</param>
/// <param name="Time">When it happened.</param>
/// <param name="ReceivedAt">When the trail got it.</param>
/// <param name="Actor">Who did it; null when the system itself did.</param>
/// <param name="ClientId">Application through which it was done.</param>
/// <param name="SessionId">Session in which it was done.</param>
/// <param name="Address">Network address the request came from.</param>
/// <param name="Target">What it was done to.</param>
/// <param name="Succeeded">False for a refused attempt.</param>
/// <param name="Before">The changed members before.</param>
/// <param name="After">The changed members after.</param>
/// <param name="TraceId">W3C trace id of the request.</param>
/// <param name="Erased">
/// Whether it is about a user whose personal values were erased: their name and address, and the members of the states that are personal, are null.
/// </param>
public sealed record AuditEventResponse(
    Guid Id, long Sequence, string Type, DateTimeOffset Time, DateTimeOffset ReceivedAt, AuditParty? Actor, string? ClientId, string? SessionId,
    string? Address, AuditParty Target, bool Succeeded, JsonElement? Before, JsonElement? After, string? TraceId, bool Erased);
