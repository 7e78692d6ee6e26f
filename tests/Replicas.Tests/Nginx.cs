using System.Diagnostics;
using System.Globalization;
using System.Text;
using UserDomain.Contracts;

namespace UserDomain.Replicas.Tests;

/// <summary>
/// A gateway in front of two replicas, a and b, of every service. A request may name the replica it wants in the header X-Test-Replica; any
/// other goes to either of them in turn. None is left out for having been away: they all start at the same time.
/// </summary>
internal sealed class Nginx(TestFolder folder, int port, IReadOnlyDictionary<string, (int A, int B)> replicas) : IAsyncDisposable
{
    private const string Executable = "/usr/sbin/nginx";

    private Process? _process;

    public async Task StartAsync()
    {
        await File.WriteAllTextAsync(folder["nginx.conf"], Configuration(), TestContext.Current.CancellationToken);
        _process = Process.Start(new ProcessStartInfo(Executable, ["-p", folder.Path, "-c", folder["nginx.conf"], "-e", folder["nginx-error.log"]]))!;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            using var quit = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _process?.Dispose();
    }

    private string Configuration()
    {
        var text = new StringBuilder($$"""
            daemon off;
            worker_processes 1;
            pid {{folder["nginx.pid"]}};
            events { worker_connections 1024; }
            http {
              access_log off;
              # Started by root, it works as somebody who may not write in this folder: everything stays in memory.
              client_body_buffer_size 1m;
              proxy_max_temp_file_size 0;
              client_body_temp_path {{folder["body"]}};
              proxy_temp_path {{folder["proxy"]}};
              fastcgi_temp_path {{folder["fastcgi"]}};
              uwsgi_temp_path {{folder["uwsgi"]}};
              scgi_temp_path {{folder["scgi"]}};
              map $http_x_test_replica $replica { a a; b b; default any; }

            """);
        foreach (var (service, (a, b)) in replicas)
        {
            text.Append(CultureInfo.InvariantCulture, $$"""
                  upstream {{service}}-a { server 127.0.0.1:{{a}}; }
                  upstream {{service}}-b { server 127.0.0.1:{{b}}; }
                  upstream {{service}}-any { server 127.0.0.1:{{a}} max_fails=0; server 127.0.0.1:{{b}} max_fails=0; }

                """);
        }

        text.Append(CultureInfo.InvariantCulture, $$"""
              server {
                listen 127.0.0.1:{{port}};
                proxy_http_version 1.1;
                proxy_set_header Host $http_host;
                proxy_set_header X-Forwarded-For $remote_addr;
                proxy_set_header Connection "";

            """);
        foreach (var prefix in Services.Prefixes)
        {
            var service = Services.OfPath(prefix);
            text.AppendLine(CultureInfo.InvariantCulture, $"    location = {prefix} {{ proxy_pass http://{service}-$replica; }}");
            text.AppendLine(CultureInfo.InvariantCulture, $"    location {prefix}/ {{ proxy_pass http://{service}-$replica; }}");
        }

        text.AppendLine(CultureInfo.InvariantCulture, $"    location / {{ proxy_pass http://{Services.IdentityServer}-$replica; }}");
        return text.AppendLine("  }").AppendLine("}").ToString();
    }
}
