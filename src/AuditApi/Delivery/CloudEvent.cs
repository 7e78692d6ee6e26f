using System.Globalization;
using System.Text.Json;
using UserDomain.AuditApi.AuditEvents;
using UserDomain.ServiceDefaults.Hosting;

namespace UserDomain.AuditApi.Delivery;

/// <summary>An event of the trail as others receive it: CloudEvents 1.0 in the structured form of its JSON format.</summary>
internal static class CloudEvent
{
    public const string MediaType = "application/cloudevents+json";

    /// <summary>The event in JSON. <c>source</c> and <c>id</c> together name it once and for all; <c>sequence</c> orders all of one source.</summary>
    public static byte[] Write(AuditEventResponse audit, Uri source) => JsonSerializer.SerializeToUtf8Bytes(
        new
        {
            Specversion = "1.0",
            audit.Id,
            Source = source.AbsoluteUri,
            audit.Type,
            Subject = audit.Target.Id,
            audit.Time,
            Sequence = audit.Sequence.ToString(CultureInfo.InvariantCulture),
            Datacontenttype = "application/json",
            Data = audit,
        },
        ApiJson.Options);
}
