using UserDomain.ServiceDefaults.Hosting;

namespace UserDomain.AllInOne.Hosting;

/// <summary>The folder of the embedded database and the created key.</summary>
internal static class DataDirectory
{
    /// <summary>Creates it where it is missing, for this user only, and makes sure it can be written.</summary>
    /// <exception cref="StartupException">It cannot.</exception>
    public static void Prepare(string path)
    {
        try
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(path);
            }
            else
            {
                Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }

            var probe = Path.Combine(path, $".writable.{Environment.ProcessId}");
            using (File.Create(probe, 1, FileOptions.DeleteOnClose))
            {
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"The data directory '{path}' cannot be written: {exception.Message.TrimEnd('.')}. Set UserDomain__DataDirectory to a folder this user may write", exception);
        }
    }
}
