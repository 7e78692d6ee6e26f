using System.Text.Json;

namespace UserDomain.AdminUi.Display;

/// <summary>One line of a difference.</summary>
/// <param name="Added">True for what is there now, false for what was there.</param>
/// <param name="Member">Path of the member, as in <c>attributes.team</c>.</param>
/// <param name="Value">Its value in words.</param>
internal sealed record DiffLine(bool Added, string Member, string Value);

/// <summary>Shows what an audit event changed as removed and added lines.</summary>
internal static class ValueDiff
{
    public static IReadOnlyList<DiffLine> Between(JsonElement? before, JsonElement? after)
    {
        var removed = Flatten(before);
        var added = Flatten(after);
        return
        [
            .. from member in removed.Select(line => line.Member).Concat(added.Select(line => line.Member)).Distinct()
               let old = removed.Where(line => line.Member == member).Select(line => line.Value).ToList()
               let now = added.Where(line => line.Member == member).Select(line => line.Value).ToList()
               from line in old.Except(now).Select(value => new DiffLine(false, member, value))
                   .Concat(now.Except(old).Select(value => new DiffLine(true, member, value)))
               select line,
        ];
    }

    private static List<(string Member, string Value)> Flatten(JsonElement? root)
    {
        var lines = new List<(string, string)>();
        if (root is { ValueKind: JsonValueKind.Object } element)
        {
            Walk(element, "", lines);
        }

        return lines;
    }

    private static void Walk(JsonElement element, string path, List<(string, string)> lines)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in element.EnumerateObject())
                {
                    Walk(member.Value, path.Length == 0 ? member.Name : $"{path}.{member.Name}", lines);
                }

                break;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray())
                {
                    Walk(item, path, lines);
                }

                break;
            case JsonValueKind.Null:
                break;
            default:
                lines.Add((path, element.ToString()));
                break;
        }
    }
}
