using System.Diagnostics;
using System.Globalization;
using System.Text;
using UserDomain.Contracts;

namespace UserDomain.Replicas.Tests;

/// <summary>
/// The product's own gateway (<c>nginx/</c>) in front of two replicas, a and b, of every service. A request may name the replica it wants in
/// the header X-Test-Replica; any other goes to either of them in turn. None is left out for having been away: they all start at the same time.
/// </summary>
internal sealed class Nginx(TestFolder folder, int port, IReadOnlyDictionary<string, (int A, int B)> replicas) : IAsyncDisposable
{
    private const string Executable = "/usr/sbin/nginx";

    private Process? _process;

    public async Task StartAsync()
    {
        foreach (var file in Directory.GetFiles(Repository.PathOf("nginx"), "*.conf"))
        {
            File.Copy(file, folder[Path.GetFileName(file)]);
        }

        await File.WriteAllTextAsync(folder["upstreams.conf"], Upstreams(), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(folder["site.conf"], $$"""
            access_log access.log json;
            server { listen 127.0.0.1:{{port}}; include routes.conf; }
            """, TestContext.Current.CancellationToken);
        _process = Process.Start(new ProcessStartInfo(Executable, ["-p", folder.Path, "-c", folder["nginx.conf"], "-e", folder["nginx-error.log"], "-g", Globals()]))!;
    }

    /// <summary>What it has logged of each request.</summary>
    public Task<string[]> AccessLogAsync() => File.ReadAllLinesAsync(folder["access.log"], TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            using var quit = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _process?.Dispose();
    }

    // Started by root, its workers would be somebody who may not write in this folder.
    private static string Globals() => Environment.UserName == "root" ? "daemon off; user root;" : "daemon off;";

    // nginx hashes "a" to the second of two servers and "b" to the first, and takes an empty name for none.
    private string Upstreams()
    {
        var text = new StringBuilder();
        foreach (var (service, (a, b)) in replicas)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $$"""
                upstream {{HostOf(service)}} {
                  hash $http_x_test_replica;
                  server 127.0.0.1:{{b}} max_fails=0;
                  server 127.0.0.1:{{a}} max_fails=0;
                  keepalive 16;
                }
                """);
        }

        return text.ToString();
    }

    private static string HostOf(string service) => service switch
    {
        Services.IdentityServer => "identity-server",
        Services.ProfileApi => "profile-api",
        Services.RoleApi => "role-api",
        Services.SessionApi => "session-api",
        Services.AuditApi => "audit-api",
        Services.AdminUi => "admin-ui",
        _ => throw new ArgumentOutOfRangeException(nameof(service), service, "The gateway does not know it."),
    };
}
