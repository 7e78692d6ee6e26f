using System.Runtime.Versioning;

namespace UserDomain.Testing;

/// <summary>A folder that is gone after the test.</summary>
public sealed class TestFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("user-domain-test-");

    /// <summary>Where it is.</summary>
    public string Path => _folder.FullName;

    /// <summary>The path of something in it.</summary>
    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>Writes a file that only its owner may read.</summary>
    [UnsupportedOSPlatform("windows")]
    public async Task WriteSecretAsync(string name, string content)
    {
        await File.WriteAllTextAsync(this[name], content);
        File.SetUnixFileMode(this[name], UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    /// <inheritdoc />
    public void Dispose() => _folder.Delete(recursive: true);
}
