using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using UserDomain.ServiceDefaults.Backchannel;
using UserDomain.ServiceDefaults.Hosting;

namespace UserDomain.AllInOne.Hosting;

/// <summary>
/// A Unix domain socket in a folder only this user may enter. The services of the process call each other by it, so that their calls
/// depend neither on TLS nor on the port nor on what the public host name resolves to.
/// </summary>
internal sealed class PrivateSocket : IDisposable
{
    // sun_path holds 104 bytes on macOS and 108 on Linux, with the closing zero.
    private const int LongestPath = 100;

    private readonly TaskCompletionSource _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly DirectoryInfo _folder = CreateFolder();

    public PrivateSocket() => Transport = new(ConnectAsync);

    /// <summary>Where Kestrel listens.</summary>
    public string Url => $"http://unix:{Path}";

    /// <summary>How the services connect.</summary>
    public BackchannelTransport Transport { get; }

    private string Path => PathIn(_folder.FullName);

    /// <summary>Lets connections through. Background work starts before Kestrel does, and its first call waits instead of failing.</summary>
    public void Open() => _listening.TrySetResult();

    public void Dispose()
    {
        try
        {
            _folder.Delete(recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // Somebody tidied the temporary folder.
        }
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        await _listening.Task.WaitAsync(cancellationToken);
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(Path), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static DirectoryInfo CreateFolder()
    {
        try
        {
            var folder = Directory.CreateTempSubdirectory("user-domain-");
            if (OperatingSystem.IsWindows() || Encoding.UTF8.GetByteCount(PathIn(folder.FullName)) <= LongestPath)
            {
                return folder;
            }

            folder.Delete();
            return Directory.CreateDirectory(
                $"/tmp/user-domain-{RandomNumberGenerator.GetHexString(16, lowercase: true)}",
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"The temporary folder cannot be written: {exception.Message} Set TMPDIR to a folder this user may write", exception);
        }
    }

    private static string PathIn(string folder) => System.IO.Path.Combine(folder, "http");
}
