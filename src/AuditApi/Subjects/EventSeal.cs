using System.Text;
using System.Text.Json;
using UserDomain.AuditApi.AuditEvents;
using UserDomain.ServiceDefaults.Hosting;

namespace UserDomain.AuditApi.Subjects;

/// <summary>The sealed parts of an event: each with the key of whom it is about.</summary>
internal static class EventSeal
{
    private const string ActorPart = "actor";
    private const string TargetPart = "target";
    private const string StatesPart = "states";

    /// <summary>What is sealed of the actor. Of whom the key was destroyed nothing is kept, whenever it comes.</summary>
    public static string? SealActor(this PersonalValues values, SubjectKeyRing keys) => Seal(values, ActorPart, values.Subjects.Actor, ToJson(values.Actor), keys);

    /// <summary>What is sealed of the target.</summary>
    public static string? SealTarget(this PersonalValues values, SubjectKeyRing keys) => Seal(values, TargetPart, values.Subjects.Target, ToJson(values.Target), keys);

    /// <summary>What is sealed of the states.</summary>
    public static string? SealStates(this PersonalValues values, SubjectKeyRing keys) =>
        Seal(values, StatesPart, values.Subjects.States, values.States is { } states ? Encoding.UTF8.GetBytes(states) : null, keys);

    /// <summary>Opens what can be opened of a row.</summary>
    public static OpenedEvent Open(AuditEvent row, SubjectKeyRing keys)
    {
        var (whose, isUnreadable) = (EventSubjects.Of(row), false);
        var actor = OpenPart<SealedParty>(ActorPart, whose.Actor, row.ActorSealed);
        var target = OpenPart<SealedParty>(TargetPart, whose.Target, row.TargetSealed);
        var states = OpenPart<SealedStates>(StatesPart, whose.States, row.StateSealed);
        return new(actor, target, states, IsErased(row, whose, keys), isUnreadable);

        T? OpenPart<T>(string part, string? subject, string? text)
            where T : class
        {
            if (text is null || keys.IsErased(subject))
            {
                return null;
            }

            var opened = subject is not null && keys.Find(subject) is { } key ? SealedText.Open(key, text, row.Id, part) : null;
            isUnreadable |= opened is null;
            return opened is null ? null : JsonSerializer.Deserialize<T>(opened, ApiJson.Options);
        }
    }

    // What a version before seals were made has stored in the clear is not erased.
    private static bool IsErased(AuditEvent row, EventSubjects whose, SubjectKeyRing keys) =>
        (keys.IsErased(whose.Actor) && row.ActorName is null && row.Address is null)
        || (keys.IsErased(whose.Target) && row.TargetName is null && (whose.Address != AddressOwner.Target || row.Address is null))
        || keys.IsErased(whose.States);

    private static byte[]? ToJson(SealedParty? party) => party is null ? null : JsonSerializer.SerializeToUtf8Bytes(party, ApiJson.Options);

    private static string? Seal(PersonalValues values, string part, string? subject, byte[]? value, SubjectKeyRing keys) =>
        value is not null && subject is not null && keys.Find(subject) is { } key ? SealedText.Seal(key, value, values.Event.Id, part) : null;
}

/// <summary>What was sealed of an event.</summary>
/// <param name="Actor">The actor's.</param>
/// <param name="Target">The target's.</param>
/// <param name="States">The states'.</param>
/// <param name="IsErased">Whether it is about somebody whose personal values were erased.</param>
/// <param name="IsUnreadable">Whether something does not open that was not erased.</param>
internal sealed record OpenedEvent(SealedParty? Actor, SealedParty? Target, SealedStates? States, bool IsErased, bool IsUnreadable);
