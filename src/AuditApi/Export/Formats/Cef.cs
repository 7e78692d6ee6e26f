using System.Globalization;
using System.Text;
using UserDomain.AuditApi.AuditEvents;

namespace UserDomain.AuditApi.Export.Formats;

/// <summary>ArcSight's Common Event Format, version 0, a line for each event.</summary>
internal static class Cef
{
    /// <summary>An event.</summary>
    public static string Event(AuditEventResponse audit)
    {
        var severity = Severities.Of(audit) switch { Severity.High => 8, Severity.Medium => 6, _ => 3 };
        var line = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"CEF:0|User Domain|User Domain|1|{InHeader(audit.Type)}|{InHeader(audit.Type)}|{severity}|"));
        var members = new (string Key, string? Value)[]
        {
            ("rt", audit.Time.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture)),
            ("externalId", audit.Id.ToString()),
            ("outcome", audit.Succeeded ? "success" : "failure"),
            ("src", audit.Address is { } address && address.Contains('.', StringComparison.Ordinal) ? address : null),
            ("c6a2", audit.Address is { } long6 && long6.Contains(':', StringComparison.Ordinal) ? long6 : null),
            ("c6a2Label", audit.Address is { } other && other.Contains(':', StringComparison.Ordinal) ? "Source IPv6 Address" : null),
            ("suid", audit.Actor?.Id), ("suser", audit.Actor?.Name),
            ("duid", audit.Target.Type == "user" ? audit.Target.Id : null), ("duser", audit.Target.Type == "user" ? audit.Target.Name : null),
            ("cn1Label", "sequence"), ("cn1", audit.Sequence.ToString(CultureInfo.InvariantCulture)),
            ("cs1Label", "target"), ("cs1", $"{audit.Target.Type} {audit.Target.Id} {audit.Target.Name}".TrimEnd()),
            ("cs2Label", "client"), ("cs2", audit.ClientId),
            ("cs3Label", "session"), ("cs3", audit.SessionId),
            ("cs4Label", "before"), ("cs4", audit.Before?.GetRawText()),
            ("cs5Label", "after"), ("cs5", audit.After?.GetRawText()),
            ("cs6Label", "trace"), ("cs6", audit.TraceId),
            ("end", audit.ReceivedAt.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture)),
        };
        var labels = members.Where(member => member.Value is not null).Select(member => member.Key).ToHashSet();
        line.AppendJoin(' ', members.Where(member => member.Value is not null && (!member.Key.EndsWith("Label", StringComparison.Ordinal) || labels.Contains(member.Key[..^"Label".Length])))
            .Select(member => $"{member.Key}={InExtension(member.Value!)}"));
        return line.Append('\n').ToString();
    }

    private static string InHeader(string value) => OnOneLine(value).Replace(@"\", @"\\", StringComparison.Ordinal).Replace("|", @"\|", StringComparison.Ordinal);

    private static string InExtension(string value) => value.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("=", @"\=", StringComparison.Ordinal)
        .Replace("\r", @"\r", StringComparison.Ordinal).Replace("\n", @"\n", StringComparison.Ordinal);

    private static string OnOneLine(string value) => value.Replace('\r', ' ').Replace('\n', ' ');
}
