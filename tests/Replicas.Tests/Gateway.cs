using System.Diagnostics;

namespace UserDomain.Replicas.Tests;

/// <summary>The product's own gateway, started by its own script; what differs by installation, where it listens, is given here.</summary>
/// <param name="folder">Holds <c>tls.crt</c> and <c>tls.key</c>; it works in a folder below.</param>
/// <param name="name">Of that folder.</param>
/// <param name="port">Where it listens for HTTPS.</param>
internal sealed class Gateway(TestFolder folder, string name, int port) : IAsyncDisposable
{
    private readonly string _home = folder[name];
    private Process? _process;

    /// <summary>Where services reach each other, without TLS.</summary>
    public int InsidePort { get; } = ProgramProcess.FreePort();

    /// <summary>Where clients are asked for certificates.</summary>
    public int MtlsPort { get; } = ProgramProcess.FreePort();

    /// <summary>Where a browser that forgets the s is told of it.</summary>
    public int RedirectPort { get; } = ProgramProcess.FreePort();

    /// <summary>Starts it in front of replicas.</summary>
    /// <param name="publicUrl">As in the settings.</param>
    /// <param name="replicas">Ports by service.</param>
    public async Task StartAsync(Uri publicUrl, IReadOnlyDictionary<string, int[]> replicas)
    {
        var files = Directory.CreateDirectory(folder[$"{name}-files"]).FullName;
        foreach (var file in Directory.GetFiles(Repository.PathOf("nginx")))
        {
            File.Copy(file, Path.Combine(files, Path.GetFileName(file)));
        }

        await File.WriteAllTextAsync(Path.Combine(files, "site.conf"), $$"""
            access_log access.log json;
            server {
              listen 127.0.0.1:{{port}} ssl http2;
              ssl_certificate {{folder["tls.crt"]}};
              ssl_certificate_key {{folder["tls.key"]}};
              include tls.conf;
              include proxies.conf;
              include routes.conf;
            }
            server {
              listen 127.0.0.1:{{MtlsPort}} ssl http2;
              ssl_certificate {{folder["tls.crt"]}};
              ssl_certificate_key {{folder["tls.key"]}};
              include mtls.conf;
              include tls.conf;
              include proxies.conf;
              include routes.conf;
            }
            server { listen 127.0.0.1:{{InsidePort}}; include routes.conf; }
            server { listen 127.0.0.1:{{RedirectPort}}; include redirect.conf; }
            """);
        if (Environment.UserName == "root")
        {
            // Their workers would be somebody who may not write in this folder.
            foreach (var main in (string[])["nginx.conf", "replicas.conf"])
            {
                var path = Path.Combine(files, main);
                await File.WriteAllTextAsync(path, "user root;\n" + await File.ReadAllTextAsync(path));
            }
        }

        var start = new ProcessStartInfo(Path.Combine(files, "start")) { RedirectStandardError = true };
        start.Environment["PATH"] += ":/usr/sbin";
        start.Environment["GATEWAY_HOME"] = _home;
        start.Environment["PUBLIC_URL"] = publicUrl.AbsoluteUri.TrimEnd('/');
        start.Environment["TLS_CERTIFICATE"] = folder["tls.crt"];
        foreach (var (service, ports) in replicas)
        {
            start.Environment[$"{Names.Variable(service)}_REPLICAS"] = string.Join(' ', ports.Select(replica => $"127.0.0.1:{replica}"));
        }

        _process = Process.Start(start)!;
        _process.ErrorDataReceived += (_, line) => Errors.Enqueue(line.Data ?? "");
        _process.BeginErrorReadLine();
    }

    /// <summary>What it has complained of.</summary>
    public System.Collections.Concurrent.ConcurrentQueue<string> Errors { get; } = new();

    /// <summary>What it has logged of each request.</summary>
    public Task<string[]> AccessLogAsync() => File.ReadAllLinesAsync(Path.Combine(_home, "access.log"));

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            using var quit = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _process?.Dispose();
    }
}
