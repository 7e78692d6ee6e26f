using System.Text.Json;
using System.Text.Json.Serialization;
using UserDomain.AuditApi.AuditEvents;
using UserDomain.Contracts;

namespace UserDomain.AuditApi.Export.Formats;

/// <summary>Events of the Open Cybersecurity Schema Framework 1.3 (https://schema.ocsf.io), most of its category Identity &amp; Access Management; JSON lines.</summary>
internal static class Ocsf
{
    private const string Version = "1.3.0";
    private const int Other = 99;
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    private static readonly (string Prefix, int Class, Dictionary<string, int> Activities)[] Classes =
    [
        ("user.", 3001, new() { ["created"] = 1, ["enabled"] = 2, ["password-set"] = 3, ["password-link-created"] = 4, ["disabled"] = 5, ["deleted"] = 6 }),
        ("sign-in.", 3002, new() { ["failed"] = 1 }),
        ("session.", 3002, new() { ["created"] = 1, ["closed"] = 2 }),
        ("role-assignment.", 3005, new() { ["created"] = 1, ["deleted"] = 2 }),
    ];

    private static readonly Dictionary<string, int> Entity = new() { ["created"] = 1, ["read"] = 2, ["updated"] = 3, ["deleted"] = 4 };

    /// <summary>An event.</summary>
    public static string Event(AuditEventResponse audit)
    {
        var (category, classId, activity) = ClassOf(audit.Type);
        return JsonSerializer.Serialize(
            new
            {
                CategoryUid = category,
                ClassUid = classId,
                ActivityId = activity,
                TypeUid = (classId * 100) + activity,
                SeverityId = Severities.Of(audit) switch { Severity.High => 4, Severity.Medium => 3, _ => 1 },
                Time = audit.Time.ToUnixTimeMilliseconds(),
                StatusId = audit.Succeeded ? 1 : 2,
                Message = audit.Type,
                Metadata = new
                {
                    Version,
                    Uid = audit.Id,
                    EventCode = audit.Type,
                    audit.Sequence,
                    LoggedTime = audit.ReceivedAt.ToUnixTimeMilliseconds(),
                    CorrelationUid = audit.TraceId,
                    Product = new { Name = "User Domain", VendorName = "User Domain" },
                },
                Actor = new { User = audit.Actor is { } actor ? PartyOf(actor) : null, Session = SessionOf(audit.SessionId), AppUid = audit.ClientId },
                SrcEndpoint = audit.Address is { } address ? new { Ip = address } : null,
                Session = audit.Target.Type == "session" ? SessionOf(audit.Target.Id) : null,
                User = UserOf(audit),
                Entity = PartyOf(audit.Target),
                Unmapped = new { audit.Before, audit.After },
            },
            Json) + "\n";
    }

    private static (int Category, int Class, int Activity) ClassOf(string type)
    {
        var act = type[(type.IndexOf('.', StringComparison.Ordinal) + 1)..];
        foreach (var (prefix, classId, activities) in Classes)
        {
            if (type.StartsWith(prefix, StringComparison.Ordinal))
            {
                return (3, classId, activities.GetValueOrDefault(act, Other));
            }
        }

        // Types of others have nothing to do with identity and access as far as anybody knows: the base event.
        return AuditEventRegistry.Find(type) is null ? (0, 0, Other) : (3, 3004, Entity.GetValueOrDefault(act, Other));
    }

    // Whom it happened to: the target, or whose session it is about.
    private static object? UserOf(AuditEventResponse audit) => audit.Target.Type == "user" ? PartyOf(audit.Target)
        : (audit.After ?? audit.Before) is { } state && state.TryGetProperty("user", out var user) ? UserIn(user)
        : audit is { Target.Type: "session", Actor: { Type: "user" } actor } ? PartyOf(actor)
        : null;

    private static object? UserIn(JsonElement user) => user.ValueKind switch
    {
        JsonValueKind.String => new { Uid = user.GetString() },
        JsonValueKind.Object when user.TryGetProperty("id", out var id) => new { Uid = (JsonElement?)id, Name = user.TryGetProperty("name", out var name) ? name : (JsonElement?)null },
        _ => null,
    };

    private static object PartyOf(AuditParty party) => new { Uid = party.Id, party.Name, party.Type };

    private static object? SessionOf(string? id) => id is null ? null : new { Uid = id };
}
