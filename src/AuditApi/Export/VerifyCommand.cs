using System.Globalization;
using UserDomain.AuditApi.Integrity;
using UserDomain.AuditApi.Timelines;
using UserDomain.AuditApi.Verification;
using UserDomain.ServiceDefaults.Hosting;

namespace UserDomain.AuditApi.Export;

/// <summary>Verifies a file on any machine: without a database, settings or a service.</summary>
internal static class VerifyCommand
{
    public const string Name = "verify-audit";
    private const string Usage = "verify-audit FILE [--key KEY] [--head FILE]: an export or a timeline, the key that 'audit-key' printed, and a file with a head that was kept";

    public static async Task RunAsync(string[] args, TextWriter output)
    {
        var (file, key, head) = Parse(args);
        try
        {
            if (TimelineVerification.IsMeant(File.ReadLines(file).FirstOrDefault() ?? ""))
            {
                await output.WriteLineAsync(TimelineVerification.Verify(await File.ReadAllTextAsync(file), key is null ? null : NoteVerifier.Parse(key)));
                await TellOwnKeyAsync(key, output);
                return;
            }

            var verification = new ExportVerification(key is null ? null : NoteVerifier.Parse(key), head is null ? null : await NoteOfAsync(head));
            var finding = await VerifyAsync(file, verification);
            if (finding is not null)
            {
                throw new StartupException($"{finding.Detail.TrimEnd('.')} ({finding.What})");
            }

            await TellAsync(verification, key, output);
        }
        catch (FormatException exception)
        {
            throw new StartupException(exception.Message.TrimEnd('.'), exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"The file cannot be read: {exception.Message.TrimEnd('.')}", exception);
        }
    }

    private static async Task<Finding?> VerifyAsync(string file, ExportVerification verification)
    {
        await foreach (var line in File.ReadLinesAsync(file))
        {
            if (verification.Take(line) is { } finding)
            {
                return finding;
            }
        }

        return verification.End();
    }

    private static async Task TellAsync(ExportVerification verification, string? key, TextWriter output)
    {
        var newest = verification.Newest;
        await output.WriteLineAsync(newest is null
            ? "The export has no events"
            : string.Create(CultureInfo.InvariantCulture, $"Events {verification.First} to {newest.Size} of {newest.Origin} are intact, as they were signed at {newest.Time:yyyy-MM-dd HH:mm:ss'Z'}"));
        await TellOwnKeyAsync(key, output);
        if (!verification.HasComparedPinned)
        {
            await output.WriteLineAsync("The head that was kept was not compared: it is older than the first event of the export");
        }
    }

    private static Task TellOwnKeyAsync(string? key, TextWriter output) => key is not null
        ? Task.CompletedTask
        : output.WriteLineAsync("The key is the file's own: who made the file is not proved. Give the one that was kept with --key");

    // The last one of a file that has many, as that of the server.
    private static async Task<string> NoteOfAsync(string file)
    {
        var text = await File.ReadAllTextAsync(file);
        return NoteFile.Split(text.TrimEnd() + "\n\n").LastOrDefault() ?? throw new StartupException($"There is no signed head in '{file}'");
    }

    private static (string File, string? Key, string? Head) Parse(string[] args)
    {
        string? file = null, key = null, head = null;
        for (var index = 0; index < args.Length; index++)
        {
            switch (args[index])
            {
                case "--key" when index + 1 < args.Length:
                    key = args[++index];
                    break;
                case "--head" when index + 1 < args.Length:
                    head = args[++index];
                    break;
                case { } word when file is null && !word.StartsWith('-'):
                    file = word;
                    break;
                default:
                    throw new StartupException(Usage);
            }
        }

        return (file ?? throw new StartupException(Usage), key, head);
    }
}
