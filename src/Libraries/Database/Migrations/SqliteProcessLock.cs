using UserDomain.ServiceDefaults.Hosting;

namespace UserDomain.Database.Migrations;

/// <summary>Guards an embedded database against a second process (REL-09). Held until this process ends.</summary>
internal static class SqliteProcessLock
{
    private static readonly Dictionary<string, FileStream> Held = [];
    private static readonly Lock Gate = new();

    public static void Take(string databaseFile)
    {
        lock (Gate)
        {
            if (Held.ContainsKey(databaseFile))
            {
                return;
            }

            try
            {
                Held[databaseFile] = new FileStream(databaseFile + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException exception) when (File.Exists(databaseFile + ".lock"))
            {
                throw new StartupException($"The SQLite database {databaseFile} is in use by another process: stop that one, give this one a data directory of its own, or run several on PostgreSQL", exception);
            }
        }
    }
}
