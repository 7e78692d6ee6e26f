using System.Globalization;
using System.Text;
using System.Text.Json;
using UserDomain.AuditApi.Integrity;
using UserDomain.ServiceDefaults.Hosting;

namespace UserDomain.AuditApi.Timelines;

/// <summary>Verifies a timeline somebody was given: that each of its events was in the trail when the head was signed. That none is missing it does not prove.</summary>
internal static class TimelineVerification
{
    /// <summary>Whether a file that begins so is a timeline.</summary>
    public static bool IsMeant(string firstLine) => firstLine.StartsWith("{\"subject\":", StringComparison.Ordinal);

    /// <summary>What it proves, in words.</summary>
    /// <exception cref="StartupException">Something in it is not as it was signed, and what.</exception>
    public static string Verify(string text, NoteVerifier? pinned)
    {
        var timeline = Read(text);
        var key = pinned ?? NoteVerifier.Parse(timeline.Key);
        if (Checkpoint.Open(timeline.Head.Note, key) is not { } head)
        {
            throw new StartupException("The head of the timeline was not signed with the key (head)");
        }

        foreach (var proved in timeline.Events)
        {
            if (!IsIn(proved, head) || !IsTold(proved))
            {
                throw new StartupException(string.Create(CultureInfo.InvariantCulture, $"Event {proved.Event.Sequence} is not as it was appended (changed)"));
            }
        }

        return string.Create(CultureInfo.InvariantCulture, $"{timeline.Events.Count} events of {timeline.Subject} are in {head.Origin}, as was signed at {head.Time:yyyy-MM-dd HH:mm:ss'Z'}");
    }

    private static TimelineResponse Read(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<TimelineResponse>(text, ApiJson.Options) ?? throw new StartupException("The file is no timeline");
        }
        catch (JsonException exception)
        {
            throw new StartupException("The file is no timeline that can be read", exception);
        }
    }

    private static bool IsIn(ProvedEvent proved, Checkpoint head) =>
        MerkleCheck.RootOf(MerkleTree.LeafHash(Encoding.UTF8.GetBytes(proved.Canonical)), proved.Event.Sequence - 1, head.Size, [.. proved.Path.Select(Convert.FromBase64String)]) is { } root
        && root.AsSpan().SequenceEqual(head.Root);

    // What is read beside the canonical form has to be what that says, as far as it is not sealed there.
    private static bool IsTold(ProvedEvent proved)
    {
        using var canonical = JsonDocument.Parse(proved.Canonical);
        var (told, form) = (proved.Event, canonical.RootElement);
        return form.GetProperty("sequence").GetInt64() == told.Sequence && Is("id", told.Id.ToString()) && Is("type", told.Type) && Is("time", CanonicalTime.Format(told.Time))
            && Is("actorType", told.Actor?.Type) && Is("actorId", told.Actor?.Id) && Is("clientId", told.ClientId) && Is("sessionId", told.SessionId)
            && Is("targetType", told.Target.Type) && Is("targetId", told.Target.Id) && form.GetProperty("succeeded").GetBoolean() == told.Succeeded;

        bool Is(string member, string? value) => form.GetProperty(member).GetString() == value;
    }
}
