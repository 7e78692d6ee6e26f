using UserDomain.AuditApi.AuditEvents;
using UserDomain.Contracts;

namespace UserDomain.AuditApi.Subjects;

/// <summary>Whose the personal values of an event are.</summary>
/// <param name="Actor">Whose the actor's are: the actor's own, where that is a user.</param>
/// <param name="Target">Whose the target's are: its own where it is a user; a session is called by the name of its person.</param>
/// <param name="States">Whose the states are.</param>
/// <param name="Address">Whose the address is: the actor's; that of an event nobody known has caused is the target's, where that is a user.</param>
internal readonly record struct EventSubjects(string? Actor, string? Target, string? States, AddressOwner Address)
{
    private const string User = "user";
    private const string Session = "session";

    /// <summary>Those of a row.</summary>
    public static EventSubjects Of(AuditEvent row) => Of(row.ActorType, row.ActorId, row.TargetType, row.TargetId, row.StateSubject);

    /// <summary>Those of an event that comes.</summary>
    public static EventSubjects Of(AuditEventRecord sent, string? states) => Of(sent.Actor?.Type, sent.Actor?.Id, sent.Target.Type, sent.Target.Id, states);

    /// <summary>Who a party is; null where it is no user that is known.</summary>
    public static string? Of(string? type, string? id) => type == User && id is not null and not AuditParty.UnknownId ? Normalise(id) : null;

    /// <summary>An id in the one form a person is known by.</summary>
    public static string Normalise(string id) => Guid.TryParse(id, out var guid) ? guid.ToString() : id;

    /// <summary>All of them.</summary>
    public IEnumerable<string> All => new[] { Actor, Target, States }.OfType<string>().Distinct();

    private static EventSubjects Of(string? actorType, string? actorId, string targetType, string targetId, string? states)
    {
        var (actor, target) = (Of(actorType, actorId), Of(targetType, targetId));
        return new(actor, target ?? (targetType == Session ? states : null), states, actor is not null ? AddressOwner.Actor : target is not null ? AddressOwner.Target : AddressOwner.Nobody);
    }
}

/// <summary>Whose an address is.</summary>
internal enum AddressOwner
{
    /// <summary>Nobody's who is known.</summary>
    Nobody,

    /// <summary>The actor's.</summary>
    Actor,

    /// <summary>The target's.</summary>
    Target,
}
