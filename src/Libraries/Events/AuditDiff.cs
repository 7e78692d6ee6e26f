using System.Text.Json;
using System.Text.Json.Nodes;
using UserDomain.ServiceDefaults.Hosting;

namespace UserDomain.Events;

/// <summary>What differs between two states of a thing, member by member.</summary>
public static class AuditDiff
{
    /// <summary>The members that differ. A creation or deletion keeps all members of the one state there is.</summary>
    public static (JsonElement? Before, JsonElement? After) Between(object? before, object? after)
    {
        var old = ToObject(before);
        var @new = ToObject(after);
        if (old is not null && @new is not null)
        {
            foreach (var name in old.Select(member => member.Key).ToList())
            {
                if (@new.ContainsKey(name) && JsonNode.DeepEquals(old[name], @new[name]))
                {
                    old.Remove(name);
                    @new.Remove(name);
                }
            }
        }

        return (ToElement(old), ToElement(@new));
    }

    private static JsonObject? ToObject(object? state) =>
        state is null ? null : JsonSerializer.SerializeToNode(state, state.GetType(), ApiJson.Options)!.AsObject();

    private static JsonElement? ToElement(JsonObject? state) =>
        state is null ? null : JsonSerializer.SerializeToElement(state, ApiJson.Options);
}
