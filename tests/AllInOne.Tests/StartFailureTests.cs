using System.Net;
using System.Net.Sockets;

namespace UserDomain.AllInOne.Tests;

/// <summary>What the operator can mend is one line on the error stream, and the exit code is 1.</summary>
public sealed class StartFailureTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_port_in_use()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var url = $"http://localhost:{((IPEndPoint)other.LocalEndpoint).Port}";

        await RefusesAsync($"The port is in use by another program: Failed to bind to address {url.Replace("localhost", "127.0.0.1", StringComparison.Ordinal)}", ("UserDomain__PublicUrl", url));
    }

    [Fact]
    public async Task A_data_directory_that_cannot_be_written()
    {
        await File.WriteAllTextAsync(_folder["file"], "", TestContext.Current.CancellationToken);

        await RefusesAsync($"The data directory '{_folder["file/data"]}' cannot be written", ("UserDomain__DataDirectory", _folder["file/data"]));
    }

    [Fact]
    public Task A_setting_that_does_not_exist() =>
        RefusesAsync("UserDomain__Databse__Provider is not a setting", ("UserDomain__Databse__Provider", "Sqlite"));

    [Fact]
    public Task A_switch_that_is_neither_on_nor_off() =>
        RefusesAsync("UserDomain__RequirePushedAuthorizationRequests is 'perhaps': it must be true or false", ("UserDomain__RequirePushedAuthorizationRequests", "perhaps"));

    [Theory]
    [InlineData("localhost")]
    [InlineData("http://id.example.com")]
    [InlineData("https://id.example.com/path")]
    public Task A_public_url_that_cannot_be_one(string url) =>
        RefusesAsync($"UserDomain__PublicUrl is '{url}", ("UserDomain__PublicUrl", url));

    [Theory]
    [InlineData("http://mtls.example.com", "UserDomain__Mtls__Url is 'http://mtls.example.com': give https, host and port only")]
    [InlineData("https://mtls.example.com/path", "UserDomain__Mtls__Url is 'https://mtls.example.com/path': give https, host and port only")]
    [InlineData("mtls.example.com", "UserDomain__Mtls__Url is 'mtls.example.com': give https, host and port only")]
    [InlineData("https://id.example.com", "UserDomain__Mtls__Url is 'https://id.example.com', which is the public URL")]
    [InlineData("https://mtls.example.com", "UserDomain__Mtls__Url is 'https://mtls.example.com/': without a gateway it needs a port that the public URL has not")]
    public Task A_url_for_certificates_that_cannot_be_one(string url, string line) =>
        RefusesAsync(line, ("UserDomain__PublicUrl", "https://id.example.com"), ("UserDomain__Mtls__Url", url));

    [Fact]
    public Task Authorities_without_a_url_for_certificates() =>
        RefusesAsync("UserDomain__Mtls__TrustedCertificatesFile is set, but nobody can show a certificate", ("UserDomain__Mtls__TrustedCertificatesFile", _folder["trusted.pem"]));

    [Fact]
    public Task Authorities_that_cannot_be_read() =>
        RefusesAsync($"UserDomain__Mtls__TrustedCertificatesFile '{_folder["missing"]}' cannot be read", ("UserDomain__Mtls__Url", "https://localhost:9443"), ("UserDomain__Mtls__TrustedCertificatesFile", _folder["missing"]));

    [Fact]
    public async Task A_key_file_that_holds_no_key()
    {
        await File.WriteAllTextAsync(_folder["key"], "no key", TestContext.Current.CancellationToken);
        File.SetUnixFileMode(_folder["key"], UnixFileMode.UserRead);

        await RefusesAsync($"The key-encryption key '{_folder["key"]}' must hold 32 bytes in base64", ("UserDomain__KeyEncryptionKeyFile", _folder["key"]));
    }

    [Fact]
    public Task A_key_file_that_is_missing() =>
        RefusesAsync($"The key-encryption key '{_folder["missing"]}' does not exist", ("UserDomain__KeyEncryptionKeyFile", _folder["missing"]));

    [Fact]
    public Task An_https_url_without_a_certificate() =>
        RefusesAsync("There is no certificate to serve https with", ("UserDomain__PublicUrl", "https://localhost:8443"));

    [Fact]
    public Task A_certificate_that_is_missing() => RefusesAsync($"The certificate '{_folder["missing.crt"]}' with the key", CertificateOf(_folder["missing.crt"], "missing.key"));

    [Fact]
    public async Task A_certificate_that_is_none()
    {
        await File.WriteAllTextAsync(_folder["tls.crt"], "nothing", TestContext.Current.CancellationToken);

        // Relative paths are relative to where the program is started, as those of all other settings.
        await RefusesAsync($"The certificate '{_folder["tls.crt"]}' with the key", CertificateOf("tls.crt", "tls.crt"));
    }

    [Fact]
    public Task Endpoints_that_would_replace_the_private_socket() =>
        RefusesAsync("Kestrel__Endpoints is not for this program", ("Kestrel__Endpoints__Http__Url", "http://localhost:1"));

    [Fact]
    public async Task A_startup_task_that_fails()
    {
        var url = SampleProgram.FreeUrl();

        await RefusesAsync("Opening the sample failed: it is locked", ("UserDomain__PublicUrl", url), ("Sample__FailAtStart", "true"));
    }

    [Fact]
    public async Task A_word_that_is_no_command()
    {
        await using var program = SampleProgram.Start(_folder, [], "migrat");

        AssertRefusal("'migrat' is not a command", await program.EndAsync());
    }

    [Fact]
    public async Task A_command_without_what_belongs_to_it()
    {
        await using var program = SampleProgram.Start(_folder, [], "retire-key");

        AssertRefusal("'retire-key' needs the id of a key after it", await program.EndAsync());
    }

    [Fact]
    public async Task A_command_for_another_program()
    {
        await using var program = SampleProgram.Start(_folder, [("UserDomain__PublicUrl", SampleProgram.FreeUrl())], "list-keys");

        AssertRefusal("'list-keys' is not for this program, but for that of identity-server", await program.EndAsync());
    }

    [Fact]
    public async Task Background_work_that_fails_later_ends_the_program_instead_of_leaving_a_part_missing()
    {
        await using var program = SampleProgram.Start(_folder, [("UserDomain__PublicUrl", SampleProgram.FreeUrl()), ("Sample__FailInBackground", "true")]);

        var (exitCode, output, errors) = await program.EndAsync();

        Assert.Equal(1, exitCode);
        Assert.Contains("lost the way", output, StringComparison.Ordinal);
        Assert.StartsWith("user-domain: SessionApi stopped because its background work failed", errors, StringComparison.Ordinal);
    }

    private static (string Name, string Value)[] CertificateOf(string path, string keyPath) =>
    [
        ("UserDomain__PublicUrl", "https://localhost:8443"),
        ("Kestrel__Certificates__Default__Path", path),
        ("Kestrel__Certificates__Default__KeyPath", keyPath),
    ];

    private async Task RefusesAsync(string line, params (string Name, string Value)[] settings)
    {
        await using var program = SampleProgram.Start(_folder, settings);

        AssertRefusal(line, await program.EndAsync());
    }

    private static void AssertRefusal(string line, (int ExitCode, string Output, string Errors) end)
    {
        Assert.StartsWith("user-domain: " + line, end.Errors, StringComparison.Ordinal);
        Assert.Equal(end.Errors.Length - 1, end.Errors.IndexOf('\n', StringComparison.Ordinal));
        Assert.Equal((1, ""), (end.ExitCode, end.Output));
    }
}
