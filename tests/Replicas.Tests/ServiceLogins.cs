using System.Diagnostics;
using System.Security.Cryptography;
using Npgsql;
using UserDomain.Contracts;

namespace UserDomain.Replicas.Tests;

/// <summary>The database as an installation prepares it (<c>deploy/postgresql</c>): an owner who migrates, and a login with few rights for each service.</summary>
internal sealed class ServiceLogins(string administrator)
{
    private const string Owner = "user_domain_owner";

    private static readonly string[] WithLogin = [.. Services.All.Except([Services.AdminUi])];

    private readonly string _password = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));

    /// <summary>Makes the logins, has the owner migrate, gives the rights.</summary>
    /// <param name="migrateAsync">Runs a service's command <c>migrate</c> with a connection string.</param>
    public async Task PrepareAsync(Func<string, string, Task> migrateAsync)
    {
        await RunScriptAsync("logins.sql", administrator);
        await migrateAsync(Services.IdentityServer, As(Owner));
        await migrateAsync(Services.AuditApi, As(Owner));
        await RunScriptAsync("grants.sql", As(Owner));
    }

    /// <summary>How a service reaches the database; null for the one that has none.</summary>
    public string? Of(string service) => WithLogin.Contains(service) ? As(Names.Login(service)) : null;

    private string As(string login) => new NpgsqlConnectionStringBuilder(administrator) { Username = login, Password = _password }.ConnectionString;

    private async Task RunScriptAsync(string script, string connectionString)
    {
        var target = new NpgsqlConnectionStringBuilder(connectionString);
        var start = new ProcessStartInfo("psql", ["--quiet", "--no-psqlrc", "--file", Repository.PathOf($"deploy/postgresql/{script}")])
        {
            RedirectStandardError = true,
            Environment =
            {
                ["PGHOST"] = target.Host, ["PGPORT"] = $"{target.Port}", ["PGDATABASE"] = target.Database, ["PGUSER"] = target.Username, ["PGPASSWORD"] = target.Password,
                ["OWNER_PASSWORD"] = _password,
            },
        };
        foreach (var service in WithLogin)
        {
            start.Environment[$"{Names.Variable(service)}_PASSWORD"] = _password;
        }

        using var psql = Process.Start(start)!;
        var errors = await psql.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await psql.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(psql.ExitCode == 0, errors);
    }
}
