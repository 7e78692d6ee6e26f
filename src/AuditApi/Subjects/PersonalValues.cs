using System.Text.Json;
using UserDomain.Contracts;

namespace UserDomain.AuditApi.Subjects;

/// <summary>Personal values of the actor or the target, as they are sealed.</summary>
/// <param name="Name">What people call them.</param>
/// <param name="Address">Where they were, if that is theirs.</param>
internal sealed record SealedParty(string? Name, string? Address);

/// <summary>Personal members of the states, as they are sealed.</summary>
/// <param name="Before">Those of the state before.</param>
/// <param name="After">Those of the state after.</param>
internal sealed record SealedStates(JsonElement? Before, JsonElement? After);

/// <summary>What an event that comes says of persons, and of whom: the registry tells of its types, and of all others every member is taken for personal.</summary>
internal sealed class PersonalValues
{
    private const string User = "user";

    private PersonalValues(AuditEventRecord sent, AuditEventType? type, string? states)
    {
        Event = sent;
        var (before, after) = states is null ? (StateParts.Open(sent.Before), StateParts.Open(sent.After)) : (StateParts.Of(sent.Before, type), StateParts.Of(sent.After, type));
        var subjects = EventSubjects.Of(sent, states);
        var isNeeded = before.Personal is not null || after.Personal is not null || (sent.Target.Name is not null && subjects.Target is not null && EventSubjects.Of(sent.Target.Type, sent.Target.Id) is null);
        (Before, After, Subjects) = (before, after, isNeeded ? subjects : EventSubjects.Of(sent, states: null));
    }

    /// <summary>The event.</summary>
    public AuditEventRecord Event { get; }

    /// <summary>Whose they are.</summary>
    public EventSubjects Subjects { get; }

    /// <summary>The state before.</summary>
    public StateParts Before { get; }

    /// <summary>The state after.</summary>
    public StateParts After { get; }

    /// <summary>What is to be sealed of the actor.</summary>
    public SealedParty? Actor => Subjects.Actor is null ? null : PartyOf(Event.Actor?.Name, AddressOwner.Actor);

    /// <summary>What is to be sealed of the target.</summary>
    public SealedParty? Target => Subjects.Target is null ? null : PartyOf(Event.Target.Name, AddressOwner.Target);

    /// <summary>What is to be sealed of the states: JSON as <see cref="SealedStates"/>.</summary>
    public string? States => Before.Personal is null && After.Personal is null ? null : $$"""{"before":{{Before.Personal ?? "null"}},"after":{{After.Personal ?? "null"}}}""";

    /// <summary>Whose keys are needed to seal them.</summary>
    public IEnumerable<string> Needed => new[] { Actor is null ? null : Subjects.Actor, Target is null ? null : Subjects.Target, States is null ? null : Subjects.States }.OfType<string>();

    /// <summary>Looks at an event.</summary>
    public static PersonalValues Of(AuditEventRecord sent)
    {
        var type = AuditEventRegistry.Find(sent.Type);
        string[] names = type?.Subject?.Split(' ') ?? [];
        var named = names.Select(name => name switch
        {
            "target" => EventSubjects.Of(sent.Target.Type, sent.Target.Id),
            "actor" => EventSubjects.Of(sent.Actor?.Type, sent.Actor?.Id),
            _ => PersonIn(sent.After, name) ?? PersonIn(sent.Before, name),
        }).FirstOrDefault(subject => subject is not null);

        // Where it is not said whose they are, personal members are taken for those of whoever else is named.
        var isOpen = type is not null && new[] { sent.Before, sent.After }.OfType<JsonElement>().SelectMany(state => state.EnumerateObject())
            .All(member => type.Plain.Contains(member.Name) || (names.Contains(member.Name) && IsNobody(member.Value)));
        return new(sent, type, named ?? (isOpen ? null : EventSubjects.Of(sent.Target.Type, sent.Target.Id) ?? EventSubjects.Of(sent.Actor?.Type, sent.Actor?.Id)));
    }

    private SealedParty? PartyOf(string? name, AddressOwner owner)
    {
        var address = Subjects.Address == owner ? Event.Address : null;
        return name is null && address is null ? null : new(name, address);
    }

    // A user, or the id of one.
    private static string? PersonIn(JsonElement? state, string member) => state is not { } members || !members.TryGetProperty(member, out var value) ? null
        : value.ValueKind == JsonValueKind.Object ? (TypeOf(value) == User && value.TryGetProperty("id", out var id) ? IdOf(id) : null)
        : IdOf(value);

    // A group or a client, say.
    private static bool IsNobody(JsonElement value) => value.ValueKind == JsonValueKind.Null || TypeOf(value) is not (null or User);

    private static string? TypeOf(JsonElement party) =>
        party.ValueKind == JsonValueKind.Object && party.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String ? type.GetString() : null;

    private static string? IdOf(JsonElement value) => value.ValueKind == JsonValueKind.String && value.TryGetGuid(out var id) ? id.ToString() : null;
}
