using UserDomain.AuditApi.AuditEvents;
using UserDomain.Contracts;

namespace UserDomain.AuditApi.Export.Formats;

/// <summary>How urgently somebody should look at an event.</summary>
internal enum Severity
{
    /// <summary>What happens all day.</summary>
    Low,

    /// <summary>A refused attempt.</summary>
    Medium,

    /// <summary>Somebody may have what is not theirs.</summary>
    High,
}

internal static class Severities
{
    private static readonly HashSet<string> High = [AuditEventTypes.TokenReuseDetected, AuditEventTypes.KeyCompromised];

    public static Severity Of(AuditEventResponse audit) => High.Contains(audit.Type) ? Severity.High : audit.Succeeded ? Severity.Low : Severity.Medium;
}
