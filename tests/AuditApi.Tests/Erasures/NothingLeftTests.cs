using System.Data.Common;
using System.Globalization;
using System.Text;
using Microsoft.EntityFrameworkCore;
using UserDomain.AuditApi.Tests.AuditEvents;
using UserDomain.AuditApi.Tests.Heads;

namespace UserDomain.AuditApi.Tests.Erasures;

/// <summary>Somebody who was here, did things and had things done to them, is deleted and erased: no table of any service has a value of theirs (AUD-04).</summary>
public sealed class NothingLeftTests
{
    private static readonly string[] Scopes =
        ["users:read", "users:write", "roles:read", "roles:write", "sessions:read", "sessions:write", "audit:read", "audit:write", "audit:erase", "webhooks:read", "webhooks:write", "clients:read"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AUD_04_Nothing_of_somebody_who_was_deleted_and_erased_is_left_in_any_table_or_answer()
    {
        await using var system = new RunningSystem();
        await system.InitializeAsync();
        var mark = Guid.CreateVersion7().ToString("n")[^12..];
        var values = new[] { "user", "mail", "display", "given", "family", "attribute", "agent", "later", "tried" }.ToDictionary(kind => kind, kind => $"{kind}{mark}");
        values["address"] = "203.0.113.77";
        var clients = new Dictionary<string, HttpClient>();
        foreach (var api in Scopes.GroupBy(scope => scope.Split(':')[0]))
        {
            clients[api.Key] = await system.ClientWithAsync([.. api]);
        }

        var id = await LiveAsync(system, clients, values);
        await SettleAsync(system);
        var before = await EverythingAsync(system);
        Assert.All(values.Where(value => value.Key != "tried"), value => Assert.Contains(before, row => row.Contains(value.Value, StringComparison.OrdinalIgnoreCase)));

        using var deleted = await clients["users"].DeleteAsync(new Uri($"api/v1/users/{id}", UriKind.Relative), Cancellation);
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        await SettleAsync(system);
        await clients["audit"].PostAsJsonAsync($"{TrailEvents.Path}/erasures", new { subject = id }, Cancellation).BodyAsync();
        await SettleAsync(system);

        await clients["audit"].SealedAsync(await system.InTrailAsync(store => store.AuditEvents.MaxAsync(row => row.Sequence, Cancellation)));
        var after = await EverythingAsync(system);
        string[] answers =
        [
            .. await Task.WhenAll(
                clients["audit"].GetStringAsync($"{TrailEvents.Path}?limit=200", Cancellation),
                clients["audit"].GetStringAsync($"{TrailEvents.Path}/export?format=jsonl", Cancellation),
                clients["audit"].GetStringAsync($"{TrailEvents.Path}/export?format=sealed", Cancellation),
                clients["sessions"].GetStringAsync(new Uri($"api/v1/sessions?user={id}", UriKind.Relative), Cancellation)),
        ];
        foreach (var value in values.Values)
        {
            Assert.Empty((await clients["audit"].GetAsync($"{TrailEvents.Path}?q={value}", Cancellation).BodyAsync()).Items());
            Assert.Empty(after.Concat(answers).Where(text => text.Contains(value, StringComparison.OrdinalIgnoreCase)).Select(text => text[..Math.Min(text.Length, 600)]));
        }

        var asked = await EverythingAsync(system);
        Assert.DoesNotContain(asked, text => values.Values.Any(value => text.Contains(value, StringComparison.OrdinalIgnoreCase)));

        await clients["audit"].SealedAsync(await system.InTrailAsync(store => store.AuditEvents.MaxAsync(row => row.Sequence, Cancellation)));
        Assert.True((await clients["audit"].AskAsync("verification")).GetProperty("intact").GetBoolean());
        foreach (var client in clients.Values)
        {
            client.Dispose();
        }
    }

    private static async Task<Guid> LiveAsync(RunningSystem system, Dictionary<string, HttpClient> clients, Dictionary<string, string> values)
    {
        using var create = new HttpRequestMessage(HttpMethod.Post, "api/v1/users")
        {
            Content = JsonContent.Create(new
            {
                userName = values["user"],
                email = $"{values["mail"]}@example.test",
                displayName = values["display"],
                givenName = values["given"],
                familyName = values["family"],
                attributes = new Dictionary<string, string> { ["nickname"] = values["attribute"] },
            }),
        };
        create.Headers.Add("Idempotency-Key", $"\"{values["user"]}\"");
        var id = (await clients["users"].SendAsync(create, Cancellation).BodyAsync(HttpStatusCode.Created)).GetProperty("id").GetGuid();
        await clients["users"].PatchAsJsonAsync($"api/v1/users/{id}", new { displayName = values["later"] }, Cancellation).BodyAsync();
        await clients["users"].PostAsync(new Uri($"api/v1/users/{id}/password-reset", UriKind.Relative), content: null, Cancellation).BodyAsync(HttpStatusCode.OK);
        var role = (await clients["roles"].PostAsJsonAsync("api/v1/roles", new { name = "some-role" }, Cancellation).BodyAsync(HttpStatusCode.Created)).Text("id");
        var group = (await clients["roles"].PostAsJsonAsync("api/v1/groups", new { name = "some-group" }, Cancellation).BodyAsync(HttpStatusCode.Created)).Text("id");
        await clients["roles"].PostAsJsonAsync("api/v1/role-assignments", new { roleId = role, userId = id }, Cancellation).BodyAsync(HttpStatusCode.Created);
        using var joined = await clients["roles"].PutAsync(new Uri($"api/v1/groups/{group}/members/{id}", UriKind.Relative), content: null, Cancellation);
        Assert.True(joined.IsSuccessStatusCode);
        using var open = new HttpRequestMessage(HttpMethod.Post, "api/v1/sessions") { Content = JsonContent.Create(new { userId = id, address = values["address"], userAgent = values["agent"] }) };
        open.Headers.Add("Idempotency-Key", $"\"{values["agent"]}\"");
        await clients["sessions"].SendAsync(open, Cancellation).BodyAsync(HttpStatusCode.Created);

        var other = await system.CreateUserAsync();
        await system.InStoreAsync(async store => await store.Users.Where(user => user.Id == id)
            .ExecuteUpdateAsync(set => set.SetProperty(user => user.PasswordHash, store.Users.Where(user => user.Id == other).Select(user => user.PasswordHash).First()), Cancellation));
        using var visitor = await system.VisitorAsync("offline_access", "profile:self");
        visitor.Http.DefaultRequestHeaders.UserAgent.ParseAdd(values["agent"]);
        await Assert.ThrowsAsync<InvalidOperationException>(() => visitor.SignInAsync(values["user"], values["tried"]));
        var tokens = await visitor.SignInAsync(values["user"], RunningSystem.Password);
        Assert.NotNull((await visitor.RefreshAsync(tokens.RefreshToken!)).RefreshToken);
        return id;
    }

    // Until every outbox is empty: what waits there is on its way.
    private static async Task SettleAsync(RunningSystem system)
    {
        for (var tries = 0; await system.InStoreAsync(store => store.Set<UserDomain.Events.OutboxMessage>().AnyAsync(Cancellation)); tries++)
        {
            Assert.True(tries < 100, "The outbox is not emptied.");
            await Task.Delay(TimeSpan.FromMilliseconds(100), Cancellation);
        }
    }

    private static async Task<List<string>> EverythingAsync(RunningSystem system) =>
        [.. await system.InStoreAsync(RowsAsync), .. await system.InTrailAsync(RowsAsync)];

    private static async Task<List<string>> RowsAsync(DbContext store)
    {
        var tables = await store.Database.SqlQueryRaw<string>(store.Database.IsSqlite()
            ? """SELECT '"' || name || '"' AS "Value" FROM sqlite_master WHERE type = 'table'"""
            : """SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) AS "Value" FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')""").ToListAsync(Cancellation);
        Assert.InRange(tables.Count, 10, 200);
        await store.Database.OpenConnectionAsync(Cancellation);
        List<string> rows = [];
        foreach (var table in tables)
        {
            await using var command = store.Database.GetDbConnection().CreateCommand();
            command.CommandText = $"SELECT * FROM {table}";
            await using var reader = await command.ExecuteReaderAsync(Cancellation);
            while (await reader.ReadAsync(Cancellation))
            {
                rows.Add($"{table}: {string.Join(" | ", Enumerable.Range(0, reader.FieldCount).Select(column => TextOf(reader, column)))}");
            }
        }

        return rows;
    }

    private static string TextOf(DbDataReader reader, int column) => reader.GetValue(column) switch
    {
        byte[] bytes => Encoding.Latin1.GetString(bytes),
        string[] texts => string.Join(' ', texts),
        var value => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };
}
