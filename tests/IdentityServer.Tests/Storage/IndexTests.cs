using Microsoft.EntityFrameworkCore;
using Npgsql;
using UserDomain.IdentityServer.Pruning;
using UserDomain.IdentityServer.Tests.ClientApi;
using UserDomain.IdentityServer.Tests.Protocol;
using UserDomain.IdentityServer.Tests.Protocol.BackchannelLogout;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Storage;

/// <summary>What takes longer the more rows there are: statements that no index helps.</summary>
public sealed class IndexTests : IAsyncLifetime
{
    // As many rows as an operator has made, however many people and tokens there are. What is not named here may grow without bound.
    private static readonly HashSet<string> Small = ["roles", "role_permissions", "role_inclusions", "permissions", "groups", "scopes", "server_keys", "leases"];

    private readonly RunningSystem _system = new();

    public ValueTask InitializeAsync() => _system.InitializeAsync();

    public ValueTask DisposeAsync() => _system.DisposeAsync();

    [Fact]
    public async Task No_statement_reads_a_table_from_end_to_end_that_grows_with_people_or_time()
    {
        using var log = new StatementLog(await _system.InStoreAsync(store => Task.FromResult(StatementLog.NameOf(store.Database.GetDbConnection()))));
        await SignInAsync();
        await AtDeviceAsync();
        await TellAsync();
        await OperateAsync();
        await PruneAsync();

        var statements = log.Statements;
        var slow = await _system.InStoreAsync(async store =>
        {
            var connection = store.Database.GetDbConnection();
            await connection.OpenAsync(TestContext.Current.CancellationToken);
            if (connection is NpgsqlConnection)
            {
                await store.Database.ExecuteSqlRawAsync("SET enable_seqscan = off", TestContext.Current.CancellationToken);
            }

            var growing = store.Model.GetEntityTypes().Select(entity => entity.GetTableName()!).Except(Small).ToList();
            var found = new List<string>();
            foreach (var statement in statements)
            {
                if ((await StatementPlan.WholeTablesAsync(connection, statement)).Intersect(growing).ToList() is { Count: > 0 } tables)
                {
                    found.Add($"{string.Join(", ", tables)}: {statement.Text}");
                }
            }

            return found;
        });

        // Around 80: what happens to be sent together, and what runs beside, is not the same each time.
        Assert.True(statements.Count > 60, $"Only {statements.Count} statements were seen.");
        Assert.True(slow.Count == 0, string.Join("\n\n", slow));
    }

    private async Task SignInAsync()
    {
        await _system.CreateUserAsync("indexed", roles: "administrator");
        using var visitor = await _system.VisitorAsync("offline_access", "profile:self");
        var service = await _system.ServiceAsync("users:read");
        await _system.TokenAsync(service, ("scope", "users:read")).BodyAsync();
        var tokens = await visitor.SignInAsync("indexed", RunningSystem.Password);
        await _system.UserInfoAsync(tokens.AccessToken).BodyAsync();
        var renewed = await visitor.RefreshAsync(tokens.RefreshToken!);
        await visitor.PostAsApplicationAsync("connect/introspect", ("token", renewed.AccessToken)).BodyAsync();
        await visitor.PostAsApplicationAsync("connect/introspect", ("token", renewed.RefreshToken!)).BodyAsync();
        await visitor.PostAsApplicationAsync("connect/revoke", ("token", renewed.AccessToken));
        await visitor.PostAsApplicationAsync("connect/revoke", ("token", renewed.RefreshToken!));

        using var second = await _system.VisitorAsync("offline_access", "profile:self");
        var code = await second.CodeAsync("indexed", RunningSystem.Password);
        await second.RedeemAsync(code);
        await second.PostTokenAsync(("grant_type", "authorization_code"), ("code", code), ("redirect_uri", WebVisitor.RedirectUri), ("code_verifier", second.Verifier));
        await second.Http.GetAsync(new Uri("connect/logout", UriKind.Relative), TestContext.Current.CancellationToken);
    }

    private async Task AtDeviceAsync()
    {
        var device = await _system.StartDeviceAsync("profile:self");
        await _system.PollAtOnceAsync(device);
        var (person, _) = await _system.PersonAsync("indexed-at-device");
        using var _1 = person;
        await person.EnterAsync(device.UserCode);
        await person.AnswerAsync(device.UserCode, "allow");

        // The interval is let pass: to move it would be a statement of the test's own.
        await Task.Delay(TimeSpan.FromSeconds(device.Answer.GetProperty("interval").GetInt32()), TestContext.Current.CancellationToken);
        await _system.PollAtOnceAsync(device).BodyAsync();
    }

    // One attempt in vain, one that is not.
    private async Task TellAsync()
    {
        await using var application = await ToldApplication.StartAsync();
        application.Answer = ToldApplication.Status(StatusCodes.Status500InternalServerError);
        using var visitor = await _system.VisitorToldAtAsync(application.Url);
        var (_, tokens) = await _system.SignInAsync(visitor);
        await _system.CloseAsync(tokens.SessionId);
        await application.ToldAsync();
        application.Answer = ToldApplication.Status(StatusCodes.Status200OK);
        await application.ToldAsync(2);
    }

    // Every list by itself and by each of its filters, and what is done to many rows at once.
    private async Task OperateAsync()
    {
        using var people = await _system.ClientWithAsync(["users:read", "users:write"]);
        var user = await _system.CreateUserAsync("indexed-too");
        await ReadAsync(people, "users", "users?query=indexed", $"users/{user}");
        using var roles = await _system.ClientWithAsync(["roles:read", "roles:write"]);
        await ReadAsync(
            roles, "roles?query=a", "permissions?query=a", "groups", "role-assignments", $"role-assignments?user={user}", $"role-assignments?role={user}",
            $"role-assignments?group={user}", "role-assignments?client=indexed", $"effective-permissions?user={user}");
        using var sessions = await _system.ClientWithAsync(["sessions:read", "sessions:write", "revocations:read"]);
        await ReadAsync(sessions, "sessions", "sessions?state=open", "sessions?state=closed", "sessions?state=expired", $"sessions?user={user}", "revocations");
        await sessions.SendAsync("DELETE", $"sessions?user={user}").BodyAsync();
        await people.SendAsync("DELETE", $"users/{user}", headers: ("If-Match", "*"));
        using var clients = await _system.ManagerAsync("users:read");
        var client = await clients.CreateServiceAsync("users:read");
        await ReadAsync(clients, "clients", "clients?query=service", client.Path());
        await clients.SendAsync("POST", $"{client.Path()}/disable");
        await clients.SendAsync("DELETE", client.Path(), headers: ("If-Match", "*"));
    }

    private static async Task ReadAsync(HttpClient client, params string[] paths)
    {
        foreach (var path in paths)
        {
            await client.SendAsync("GET", path).BodyAsync();
        }
    }

    private async Task PruneAsync()
    {
        foreach (var step in _system.PartOf<IEnumerable<PruneStep>>())
        {
            await _system.InStoreAsync(store => step.RunAsync(store, TimeProvider.System, TestContext.Current.CancellationToken));
        }
    }
}
