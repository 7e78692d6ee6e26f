using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Mvc;
using UserDomain.AuditApi.Heads;

namespace UserDomain.AuditApi.Verification;

/// <summary>Which part of the trail to verify; all of it when both are absent.</summary>
/// <remarks>Not a positional record: the OpenAPI document cannot be made from attributes on constructor parameters of a parameter list.</remarks>
public sealed record VerificationQuery
{
    /// <summary>Sequence of the first event.</summary>
    [FromQuery(Name = "from"), Range(1, long.MaxValue)]
    public long? From { get; init; }

    /// <summary>Sequence of the last event; the same as <c>from</c> for one.</summary>
    [FromQuery(Name = "to"), Range(1, long.MaxValue)]
    public long? To { get; init; }
}

/// <summary>What a verification has found.</summary>
/// <param name="Intact">Whether all that was looked at is as it was appended and signed.</param>
/// <param name="From">Sequence of the first event that was looked at.</param>
/// <param name="To">Sequence of the last.</param>
/// <param name="Next">Where to go on: a call looks at a part, and this is the first event of the next; null when there is none, or something was found.</param>
/// <param name="Head">The newest signed head of this part that is proved by it; null when none was signed within.</param>
/// <param name="Finding">The first place where the trail is not as it was; null when it is.</param>
public sealed record VerificationResponse(bool Intact, long From, long To, long? Next, HeadResponse? Head, Finding? Finding);

/// <summary>A place where the trail is not as it was.</summary>
/// <param name="Sequence">The event.</param>
/// <param name="Through">The last event it may be as well: what is known is that one of these, or several, are meant.</param>
/// <param name="What">
/// <c>changed</c>, <c>missing</c>, <c>out-of-order</c> or <c>added</c> for events; <c>tree</c> where the hashes kept beside the events were changed
/// and the events were not; <c>head</c> for a head that nobody has signed; <c>key</c> where personal values do not open, or an erasure is not what the trail says of it.
/// </param>
/// <param name="Detail">The same for people.</param>
public sealed record Finding(long Sequence, long Through, string What, string Detail)
{
    internal static Finding Changed(long sequence) => new(sequence, sequence, "changed", $"Event {sequence} is not as it was appended.");

    internal static Finding Unreadable(long sequence) => new(sequence, sequence, "changed", $"Event {sequence} is not as it was appended: it cannot even be read.");

    internal static Finding ChangedWithin(long first, long last) => first == last ? Changed(first) : new(first, last, "changed",
        $"At least one of the events {first} to {last} is not as it was signed: their hashes were made anew, so that it cannot be told which.");

    internal static Finding Missing(long first, long last) => new(first, last, "missing",
        first == last ? $"Event {first} is missing." : $"The events {first} to {last} are missing.");

    internal static Finding OutOfOrder(long sequence, long original) => new(sequence, sequence, "out-of-order", $"Event {sequence} was appended as event {original}.");

    internal static Finding Added(long sequence) => new(sequence, sequence, "added", $"Event {sequence} was not appended by the audit trail.");

    internal static Finding Tree(long first, long last) => new(first, last, "tree",
        $"The hashes kept of the events {first} to {last} were changed or deleted; the events are not known to be.");

    internal static Finding NotOpened(long sequence) => new(sequence, sequence, "key",
        $"Personal values of event {sequence} do not open: the key of a person was changed or deleted. The event itself is as it was appended.");

    internal static Finding ErasedUnsaid(long sequence, string subject) => new(sequence, sequence, "key",
        $"Personal values of event {sequence} do not open: the key of {subject} was destroyed, and no event says so.");

    internal static Finding NotErased(long sequence, string subject) => new(sequence, sequence, "key",
        $"Event {sequence} says that what the trail has of {subject} was erased, and there is a key for it: erase it once more.");

    internal static Finding Head(long size, string detail) => new(size, size, "head", $"The head of {size} events {detail}");
}
