using UserDomain.AuditApi.AuditEvents;

namespace UserDomain.AuditApi.Export.Formats;

/// <summary>A form in which events leave the trail for other programs: one line, or record, for each.</summary>
/// <param name="MediaType">Of the whole.</param>
/// <param name="Heading">What comes before the first event.</param>
/// <param name="Write">An event, with the end of its line. Each form tells the sequence, by which an export that was cut off is gone on with.</param>
internal sealed record EventFormat(string MediaType, string Heading, Func<AuditEventResponse, string> Write)
{
    /// <summary>All forms by the names they are asked for with.</summary>
    public static IReadOnlyDictionary<string, EventFormat> AllFor(Uri source) => new Dictionary<string, EventFormat>
    {
        ["jsonl"] = new("application/jsonl; charset=utf-8", "", JsonLines.Event),
        ["csv"] = new("text/csv; charset=utf-8; header=present", Csv.Heading, Csv.Event),
        ["cloudevents"] = new("application/jsonl; charset=utf-8", "", audit => JsonLines.CloudEventOf(audit, source)),
        ["ocsf"] = new("application/jsonl; charset=utf-8", "", Ocsf.Event),
        ["cef"] = new("text/plain; charset=utf-8", "", Cef.Event),
        ["syslog"] = new("text/plain; charset=utf-8", "", audit => Syslog.Event(audit, source.Host)),
    };
}
