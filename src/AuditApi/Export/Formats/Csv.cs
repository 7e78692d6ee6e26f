using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;
using UserDomain.AuditApi.AuditEvents;
using UserDomain.AuditApi.Integrity;

namespace UserDomain.AuditApi.Export.Formats;

/// <summary>Comma-separated values as RFC 4180 has them. What a spreadsheet would take for a formula begins with an apostrophe (OUT-02).</summary>
internal static class Csv
{
    private static readonly CsvConfiguration Rules = new(CultureInfo.InvariantCulture) { NewLine = "\r\n", InjectionOptions = InjectionOptions.Escape, InjectionEscapeCharacter = '\'' };

    /// <summary>The names of the columns.</summary>
    public static readonly string Heading = Line(
    [
        "sequence", "id", "type", "time", "receivedAt", "succeeded", "actorType", "actorId", "actorName", "clientId", "sessionId", "address", "targetType", "targetId", "targetName", "before", "after", "traceId",
    ]);

    /// <summary>An event.</summary>
    public static string Event(AuditEventResponse audit) => Line(
    [
        audit.Sequence.ToString(CultureInfo.InvariantCulture), audit.Id.ToString(), audit.Type, CanonicalTime.Format(audit.Time), CanonicalTime.Format(audit.ReceivedAt), audit.Succeeded ? "true" : "false",
        audit.Actor?.Type, audit.Actor?.Id, audit.Actor?.Name, audit.ClientId, audit.SessionId, audit.Address, audit.Target.Type, audit.Target.Id, audit.Target.Name,
        audit.Before?.GetRawText(), audit.After?.GetRawText(), audit.TraceId,
    ]);

    private static string Line(IEnumerable<string?> fields)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        using (var writer = new CsvWriter(text, Rules))
        {
            foreach (var field in fields)
            {
                writer.WriteField(field);
            }

            writer.NextRecord();
        }

        return text.ToString();
    }
}
