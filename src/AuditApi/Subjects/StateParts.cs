using System.Text.Json;
using UserDomain.Contracts;

namespace UserDomain.AuditApi.Subjects;

/// <summary>A state, its personal members apart.</summary>
/// <param name="Readable">What stays readable, as JSON; a personal member the registry knows stands in it as null, so that it is known to have been there.</param>
/// <param name="Personal">What is to be sealed, as JSON; null where there is nothing.</param>
/// <param name="Values">All values, and whether each is personal.</param>
internal sealed record StateParts(string? Readable, string? Personal, IReadOnlyList<(JsonElement Value, bool IsPersonal)> Values)
{
    private static readonly StateParts None = new(null, null, []);

    /// <summary>A state that is nobody's.</summary>
    public static StateParts Open(JsonElement? state) =>
        state is { } open ? new(open.GetRawText(), null, [.. open.EnumerateObject().Select(member => (member.Value, false))]) : None;

    /// <summary>A state of somebody.</summary>
    /// <param name="state">The state.</param>
    /// <param name="type">What is known of its members; null to seal it as a whole.</param>
    public static StateParts Of(JsonElement? state, AuditEventType? type)
    {
        if (state is not { } whole)
        {
            return None;
        }

        List<(JsonProperty Member, bool IsPersonal)> members = [.. whole.EnumerateObject().Select(member => (member, type is null || !type.Plain.Contains(member.Name)))];
        var values = members.ConvertAll(member => (member.Member.Value, member.IsPersonal));
        var personal = members.Where(member => member.IsPersonal).Select(member => member.Member).ToList();
        return type is null ? new(null, whole.GetRawText(), values)
            : personal.Count == 0 ? new(whole.GetRawText(), null, values)
            : new(
                ObjectOf(members.Where(member => !member.IsPersonal || type.Personal.Contains(member.Member.Name)).Select(member => (member.Member.Name, member.IsPersonal ? "null" : member.Member.Value.GetRawText()))),
                ObjectOf(personal.Select(member => (member.Name, member.Value.GetRawText()))),
                values);
    }

    /// <summary>Puts both parts together again.</summary>
    public static JsonElement? Join(JsonElement? readable, JsonElement? personal)
    {
        if (readable is not { ValueKind: JsonValueKind.Object } open || personal is not { ValueKind: JsonValueKind.Object } opened)
        {
            return personal is { ValueKind: JsonValueKind.Object } ? personal : readable;
        }

        var all = open.EnumerateObject().Select(member => (member.Name, (opened.TryGetProperty(member.Name, out var value) ? value : member.Value).GetRawText()))
            .Concat(opened.EnumerateObject().Where(member => !open.TryGetProperty(member.Name, out _)).Select(member => (member.Name, member.Value.GetRawText())));
        return JsonSerializer.Deserialize<JsonElement>(ObjectOf(all));
    }

    private static string ObjectOf(IEnumerable<(string Name, string Json)> members) => $"{{{string.Join(',', members.Select(member => $"{JsonSerializer.Serialize(member.Name)}:{member.Json}"))}}}";
}
