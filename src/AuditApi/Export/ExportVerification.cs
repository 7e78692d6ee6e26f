using System.Text.Json;
using UserDomain.AuditApi.Integrity;
using UserDomain.AuditApi.Verification;
using UserDomain.ServiceDefaults.Hosting;

namespace UserDomain.AuditApi.Export;

/// <summary>Verifies the lines of an export, without the trail: in one pass, whatever its size.</summary>
/// <param name="key">The key that was kept; null to believe the file's own.</param>
/// <param name="pinned">The note of a head that was kept; null for none.</param>
internal sealed class ExportVerification(NoteVerifier? key, string? pinned)
{
    private ExportedEvents? _events;
    private NoteVerifier? _key = key;
    private Checkpoint? _pinned;
    private long? _end;
    private bool _knowsPinned;

    /// <summary>The newest head that was proved.</summary>
    public Checkpoint? Newest { get; private set; }

    /// <summary>Sequence of the first event.</summary>
    public long First { get; private set; }

    /// <summary>Whether the head that was kept has been held against the file; it is older than its first event otherwise.</summary>
    public bool HasComparedPinned => pinned is null || _knowsPinned;

    /// <summary>Takes the next line.</summary>
    /// <returns>The first place that is not as it was signed.</returns>
    /// <exception cref="StartupException">It is no export, or none that can be verified with what was given.</exception>
    public Finding? Take(string line)
    {
        if (line.StartsWith("{\"trail\":", StringComparison.Ordinal))
        {
            return Begin(line);
        }

        var events = _events ?? throw new StartupException("This is no sealed export of an audit trail: it has no first line that says so");
        if (line.StartsWith("{\"actorId\":", StringComparison.Ordinal))
        {
            return events.Take(line) ?? (events.Size == _pinned?.Size ? ComparePinned(events) : null);
        }

        return Read<ExportMark>(line) switch
        {
            { Leaves: { } leaves } => events.TakeLeaves(leaves),
            { Head: { } note } => Compare(events, note),
            { End: { } end } => events.Complete((_end = end).Value),
            _ => events.Unreadable(),
        };
    }

    /// <summary>Says what is missing when there is no line any more.</summary>
    public Finding? End()
    {
        var events = _events ?? throw new StartupException("This is no sealed export of an audit trail: it is empty");
        if (events.Complete(Math.Max(_end ?? events.Size + 1, _pinned?.Size ?? 0)) is { } missing)
        {
            return missing;
        }

        return (Newest?.Size ?? First - 1) == events.Size ? null : Finding.Head(events.Size, "is missing: nothing signed proves the last events of the file.");
    }

    private Finding? Begin(string line)
    {
        var header = Read<ExportHeader>(line);
        if (header is not { Trail: ExportHeader.Version, From: >= 1, Subtrees: not null, Key: not null })
        {
            throw new StartupException("The export cannot be read: its first line is of another version, or was changed");
        }

        var theirs = KeyOf(header.Key);
        _key ??= theirs;
        if (_key.ToString() != theirs.ToString())
        {
            throw new StartupException($"The export is of another trail: its heads are signed by {theirs}, and not by {_key}");
        }

        if (_events is not null)
        {
            // Exports that were put one after the other are one.
            _end = null;
            return _events.Complete(header.From - 1);
        }

        First = header.From;
        _events = new(BeforeFirst(header));
        if (pinned is not null)
        {
            _pinned = Checkpoint.Open(pinned, _key) ?? throw new StartupException("The head that was kept is not signed by the key");
        }

        return _pinned?.Size == First - 1 ? ComparePinned(_events) : null;
    }

    private Finding? ComparePinned(ExportedEvents events)
    {
        _knowsPinned = true;
        return events.Compare(_pinned!);
    }

    private Finding? Compare(ExportedEvents events, string note)
    {
        if (Checkpoint.Open(note, _key!) is not { } head)
        {
            return Finding.Head(events.Size, "was not signed with the key of the trail.");
        }

        var finding = events.Complete(head.Size) ?? events.Compare(head);
        Newest = finding is null ? head : Newest;
        return finding;
    }

    private static MerkleFrontier BeforeFirst(ExportHeader header)
    {
        try
        {
            return new(header.From - 1, header.Subtrees.Select(Convert.FromBase64String));
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException)
        {
            throw new StartupException("The export cannot be read: its first line was changed", exception);
        }
    }

    private static NoteVerifier KeyOf(string text)
    {
        try
        {
            return NoteVerifier.Parse(text);
        }
        catch (FormatException exception)
        {
            throw new StartupException($"The export cannot be read: {exception.Message}", exception);
        }
    }

    private static T? Read<T>(string line)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(line, ApiJson.Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
