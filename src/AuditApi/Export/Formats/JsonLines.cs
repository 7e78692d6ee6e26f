using System.Text;
using System.Text.Json;
using UserDomain.AuditApi.AuditEvents;
using UserDomain.AuditApi.Delivery;
using UserDomain.ServiceDefaults.Hosting;

namespace UserDomain.AuditApi.Export.Formats;

/// <summary>Events in JSON, each on a line of its own.</summary>
internal static class JsonLines
{
    /// <summary>As the list has it.</summary>
    public static string Event(AuditEventResponse audit) => JsonSerializer.Serialize(audit, ApiJson.Options) + "\n";

    /// <summary>As webhooks and Kafka have it.</summary>
    public static string CloudEventOf(AuditEventResponse audit, Uri source) => Encoding.UTF8.GetString(CloudEvent.Write(audit, source)) + "\n";
}
