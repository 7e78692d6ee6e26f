using System.ComponentModel.DataAnnotations;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace UserDomain.AuditApi.AuditEvents;

/// <summary>An id a sender has made for an event, not the zeros of one that forgot to.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
public sealed class EventIdAttribute() : ValidationAttribute("An event needs a UUID of its own, version 7 for preference.")
{
    /// <inheritdoc />
    public override bool IsValid(object? value) => value is not Guid id || id != Guid.Empty;
}

/// <summary>The name of an event type: <c>object.act</c>, each in lower case with hyphens.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
public sealed partial class EventTypeAttribute() : ValidationAttribute("A type looks like order.approved: two words of a-z, 0-9 and hyphens, with a dot between.")
{
    /// <inheritdoc />
    public override bool IsValid(object? value) => value is null || (value is string type && EventType().IsMatch(type));

    [GeneratedRegex(@"\A[a-z][a-z0-9]*(?:-[a-z0-9]+)*\.[a-z][a-z0-9]*(?:-[a-z0-9]+)*\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 200)]
    private static partial Regex EventType();
}

/// <summary>A state of a thing: a JSON object of bounded size, whose texts are Unicode.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
public sealed class JsonStateAttribute() : ValidationAttribute("The state is a JSON object of at most 32 kB, without halves of surrogate pairs.")
{
    /// <inheritdoc />
    public override bool IsValid(object? value) => value is null
        || (value is JsonElement { ValueKind: JsonValueKind.Object } state && Encoding.UTF8.GetByteCount(state.GetRawText()) <= AuditEventLimits.StateBytes && IsUnicode(state));

    // RFC 8259 section 8.2: half a pair can be escaped in JSON, and is no text for whoever reads it.
    private static bool IsUnicode(JsonElement state)
    {
        try
        {
            return Length(state) >= 0;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static int Length(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!.Length,
        JsonValueKind.Array => value.EnumerateArray().Sum(Length),
        JsonValueKind.Object => value.EnumerateObject().Sum(member => member.Name.Length + Length(member.Value)),
        _ => 0,
    };
}
