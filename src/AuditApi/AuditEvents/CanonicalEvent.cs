using System.Text;
using UserDomain.AuditApi.Integrity;

namespace UserDomain.AuditApi.AuditEvents;

/// <summary>The canonical form of an event: all its stored members, by name, which is what the tree has as a leaf (AUD-03). docs/audit-proofs.md says it to others.</summary>
internal static class CanonicalEvent
{
    /// <summary>The form, made of what the row has and nothing else.</summary>
    public static string Of(AuditEvent row) => Of(row, row.Sequence);

    /// <summary>The form the row would have in another place.</summary>
    public static string Of(AuditEvent row, long sequence) => new CanonicalObject()
        .Add("actorId", row.ActorId)
        .Add("actorName", row.ActorName)
        .AddUnlessNull("actorSealed", row.ActorSealed)
        .Add("actorType", row.ActorType)
        .Add("address", row.Address)
        .Add("after", row.After)
        .Add("before", row.Before)
        .Add("clientId", row.ClientId)
        .Add("id", row.Id.ToString())
        .Add("receivedAt", CanonicalTime.Format(row.ReceivedAt))
        .Add("sequence", sequence)
        .Add("sessionId", row.SessionId)
        .AddUnlessNull("stateSealed", row.StateSealed)
        .AddUnlessNull("stateSubject", row.StateSubject)
        .Add("succeeded", row.Succeeded)
        .Add("targetId", row.TargetId)
        .Add("targetName", row.TargetName)
        .AddUnlessNull("targetSealed", row.TargetSealed)
        .Add("targetType", row.TargetType)
        .Add("time", CanonicalTime.Format(row.Time))
        .Add("traceId", row.TraceId)
        .Add("type", row.Type)
        .ToString();

    public static byte[] LeafHash(AuditEvent row) => LeafHash(row, row.Sequence);

    public static byte[] LeafHash(AuditEvent row, long sequence) => MerkleTree.LeafHash(Encoding.UTF8.GetBytes(Of(row, sequence)));
}
