using System.Globalization;
using System.Text;
using UserDomain.AuditApi.AuditEvents;
using UserDomain.AuditApi.Integrity;

namespace UserDomain.AuditApi.Export.Formats;

/// <summary>Messages of RFC 5424, a line for each event: all of it is in the structured data, the text is for people.</summary>
internal static class Syslog
{
    // RFC 5424 section 6.2.1: "log audit", and below it notice, warning and critical.
    private const int Facility = 13;

    // RFC 5612 has this number for documentation; there is none of our own. Who reads it goes by the name before it.
    private const string Id = "userDomain@32473";

    private const int LongestType = 32;

    /// <summary>An event.</summary>
    public static string Event(AuditEventResponse audit, string host)
    {
        var severity = Severities.Of(audit) switch { Severity.High => 2, Severity.Medium => 4, _ => 5 };
        var line = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"<{(Facility * 8) + severity}>1 {CanonicalTime.Format(audit.Time)} {host} user-domain - {TypeOf(audit.Type)} [{Id}"));
        Add(line, "sequence", audit.Sequence.ToString(CultureInfo.InvariantCulture));
        Add(line, "id", audit.Id.ToString());
        Add(line, "type", audit.Type);
        Add(line, "receivedAt", CanonicalTime.Format(audit.ReceivedAt));
        Add(line, "succeeded", audit.Succeeded ? "true" : "false");
        Add(line, "actorType", audit.Actor?.Type);
        Add(line, "actorId", audit.Actor?.Id);
        Add(line, "actorName", audit.Actor?.Name);
        Add(line, "clientId", audit.ClientId);
        Add(line, "sessionId", audit.SessionId);
        Add(line, "address", audit.Address);
        Add(line, "targetType", audit.Target.Type);
        Add(line, "targetId", audit.Target.Id);
        Add(line, "targetName", audit.Target.Name);
        Add(line, "before", audit.Before?.GetRawText());
        Add(line, "after", audit.After?.GetRawText());
        Add(line, "traceId", audit.TraceId);
        return line.Append(CultureInfo.InvariantCulture, $"] {audit.Type} {audit.Target.Type} {audit.Target.Id} by {audit.Actor?.Type ?? "the system"} {audit.Actor?.Id}").ToString().TrimEnd() + "\n";
    }

    // RFC 5424 section 6: MSGID has 32 characters at most.
    private static string TypeOf(string type) => type.Length <= LongestType ? type : "-";

    private static void Add(StringBuilder line, string name, string? value)
    {
        if (value is not null)
        {
            line.Append(CultureInfo.InvariantCulture, $" {name}=\"").Append(Escape(value)).Append('"');
        }
    }

    // RFC 5424 section 6.3.3. A line break is allowed there, and would end the message in a file of lines.
    private static string Escape(string value) => value.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("]", @"\]", StringComparison.Ordinal)
        .Replace("\r", " ", StringComparison.Ordinal).Replace("\n", " ", StringComparison.Ordinal);
}
