using System.Text;
using UserDomain.AuditApi.Integrity;
using UserDomain.AuditApi.Verification;
using UserDomain.ServiceDefaults.Hosting;

namespace UserDomain.AuditApi.Heads;

/// <summary>The heads outside of the database: a file that only grows, one signed note after the other with an empty line between.</summary>
internal sealed partial class HeadsFile(UserDomainSettings settings, IConfiguration configuration, ILogger<HeadsFile> logger)
{
    private const string DefaultName = "audit-heads.log";
    private const long TailBytes = 8192;

    /// <summary>Where it is; null for nowhere.</summary>
    public string? Path { get; } = configuration[$"{UserDomainSettings.Section}:Audit:HeadsFile"] is { Length: > 0 } file ? System.IO.Path.GetFullPath(file)
        : Directory.Exists(settings.DataDirectory) ? System.IO.Path.Combine(settings.DataDirectory, DefaultName)
        : null;

    /// <summary>Appends a head and waits until it is on disk. A file that cannot be written keeps nobody from appending to the trail.</summary>
    public async Task AppendAsync(TrailHead head)
    {
        if (Path is null)
        {
            return;
        }

        try
        {
            await using var file = new FileStream(Path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
            await file.WriteAsync(Encoding.UTF8.GetBytes(head.Note + "\n"));
            file.Flush(flushToDisk: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogFailed(head.Size, Path, exception.Message);
        }
    }

    /// <summary>The newest head of this trail in the file; null if it cannot be read, or has none.</summary>
    public KnownHead? Newest(NoteVerifier verifier)
    {
        if (!File.Exists(Path))
        {
            return null;
        }

        try
        {
            using var file = new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            file.Seek(-Math.Min(file.Length, TailBytes), SeekOrigin.End);
            using var reader = new StreamReader(file, Encoding.UTF8);
            var notes = NoteFile.Split(reader.ReadToEnd());
            return notes.Select(note => Checkpoint.Open(note, verifier) is { } head ? new KnownHead(head.Size, head.Root, note) : null).MaxBy(head => head?.Size);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogUnread(Path, exception.Message);
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The audit heads in {Path} could not be read: {Reason}")]
    private partial void LogUnread(string path, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "The audit head of {Size} events could not be written to {Path}: {Reason}")]
    private partial void LogFailed(long size, string path, string reason);
}
