using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Mvc;
using UserDomain.AuditApi.AuditEvents;
using UserDomain.AuditApi.Heads;

namespace UserDomain.AuditApi.Timelines;

/// <summary>Whose timeline, and from where on.</summary>
/// <remarks>Not a positional record: the OpenAPI document cannot be made from attributes on constructor parameters of a parameter list.</remarks>
public sealed record TimelineQuery
{
    /// <summary>Id of the user.</summary>
    [FromQuery(Name = "subject"), Required]
    public Guid? Subject { get; init; }

    /// <summary>Sequence below which the events are; the <c>next</c> of the part before. The newest when absent.</summary>
    [FromQuery(Name = "before"), Range(1, long.MaxValue)]
    public long? Before { get; init; }
}

/// <summary>What somebody did and what was done to them, newest first, each event proved to be in the trail by one signed head: <c>verify-audit</c> needs nothing else.</summary>
/// <param name="Subject">Id of the user.</param>
/// <param name="Key">The key the head is signed with, to be compared with the one that was kept.</param>
/// <param name="Head">The head.</param>
/// <param name="Events">200 events at most.</param>
/// <param name="Next">What to ask for as <c>before</c> to go on; null when there are no more.</param>
public sealed record TimelineResponse(Guid Subject, string Key, HeadResponse Head, IReadOnlyList<ProvedEvent> Events, long? Next);

/// <summary>An event with what proves it.</summary>
/// <param name="Event">The event as it is read.</param>
/// <param name="Canonical">The event in canonical form (RFC 8785), personal values sealed; the leaf is the SHA-256 of a zero byte and this.</param>
/// <param name="Path">The hashes that lead from the leaf to the root of the head, base64 (RFC 9162 section 2.1.3).</param>
public sealed record ProvedEvent(AuditEventResponse Event, string Canonical, IReadOnlyList<string> Path);
