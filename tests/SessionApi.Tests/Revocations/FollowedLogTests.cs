using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.JsonWebTokens;
using OpenIddict.EntityFrameworkCore.Models;
using UserDomain.Database;
using UserDomain.IdentityStore.Sessions;
using UserDomain.SessionApi.Tests.Sessions;

namespace UserDomain.SessionApi.Tests.Revocations;

/// <summary>What is revoked is refused by every API within seconds, although the token itself is good for minutes (REV-01).</summary>
[Collection(nameof(LogCollection))]
public sealed class FollowedLogTests(RunningSystem system)
{
    private static readonly TimeSpan AtWorst = TimeSpan.FromSeconds(5);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> Apis => new()
    {
        { "users:read", "api/v1/users" },
        { "roles:read", "api/v1/roles" },
        { "sessions:read", "api/v1/sessions" },
        { "audit:read", "api/v1/audit-events" },
        { "clients:read", "api/v1/clients" },
    };

    [Theory]
    [MemberData(nameof(Apis))]
    public async Task REV_01_The_token_of_a_closed_session_is_refused_by_every_API(string scope, string path)
    {
        var user = await system.CreateUserAsync(roles: "administrator");
        using var client = await system.SignedInAsync(user, scope);
        using var other = await AdministratorAsync(scope);
        await GetAsync(client, path, HttpStatusCode.OK);
        using var manager = await system.SessionManagerAsync();

        using var closed = await manager.DeleteAsync($"{SessionsApi.Path}?user={user}", Cancellation);
        var answer = await RefusedAsync(client, path);

        Assert.Equal(HttpStatusCode.OK, closed.StatusCode);
        Assert.StartsWith("Bearer error=\"invalid_token\", error_description=\"The access token was revoked.\"", answer.Challenge(), StringComparison.Ordinal);
        Assert.Equal("The access token was revoked.", (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).Text("detail"));
        await GetAsync(other, path, HttpStatusCode.OK);
    }

    [Fact]
    public async Task REV_01_So_is_that_of_somebody_who_was_disabled()
    {
        var user = await system.CreateUserAsync(roles: "administrator");
        using var client = await system.SignedInAsync(user, "roles:read");
        using var manager = await AdministratorAsync("users:write");

        await manager.PostAsync($"api/v1/users/{user}/disable", content: null, Cancellation).BodyAsync();

        await RefusedAsync(client, "api/v1/roles");
    }

    [Fact]
    public async Task REV_01_So_is_that_of_somebody_whose_rights_were_taken_away()
    {
        var user = await system.CreateUserAsync(roles: "auditor");
        using var client = await system.SignedInAsync(user, "roles:read");
        await GetAsync(client, "api/v1/roles", HttpStatusCode.OK);
        using var manager = await AdministratorAsync("roles:read", "roles:write");
        var assignment = Assert.Single((await manager.GetAsync($"api/v1/role-assignments?user={user}", Cancellation).BodyAsync()).Items()).Text("id");

        using var removed = await manager.DeleteAsync($"api/v1/role-assignments/{assignment}", Cancellation);

        Assert.Equal(HttpStatusCode.NoContent, removed.StatusCode);
        await RefusedAsync(client, "api/v1/roles");
    }

    [Theory]
    [InlineData("access_token")]
    [InlineData("refresh_token")]
    public async Task REV_01_So_is_one_whose_client_gives_back_the_token_or_what_it_came_from(string which)
    {
        using var person = await SignedInPerson.OfAsync(system, await system.CreateUserAsync(roles: "administrator"), "sessions:read");
        using var client = system.WithToken(person.Tokens.AccessToken);
        await GetAsync(client, SessionsApi.Path, HttpStatusCode.OK);

        using var revoked = await person.Browser.PostAsApplicationAsync("connect/revoke", ("token", which == "access_token" ? person.Tokens.AccessToken : person.Tokens.RefreshToken!));

        Assert.Equal(HttpStatusCode.OK, revoked.StatusCode);
        await RefusedAsync(client, SessionsApi.Path);
    }

    [Fact]
    public async Task REV_01_So_is_that_of_a_client_that_was_disabled()
    {
        using var manager = await AdministratorAsync("clients:write");
        using var client = await system.ClientWithAsync(["sessions:read"]);
        await GetAsync(client, SessionsApi.Path, HttpStatusCode.OK);
        var clientId = new JsonWebToken(client.DefaultRequestHeaders.Authorization!.Parameter).GetClaim("client_id").Value;
        var id = await system.InStoreAsync(store => store.Set<OpenIddictEntityFrameworkCoreApplication<Guid>>().Where(row => row.ClientId == clientId).Select(row => row.Id).SingleAsync(Cancellation));

        using var disabled = await manager.PostAsync($"api/v1/clients/{id}/disable", content: null, Cancellation);

        Assert.Equal(HttpStatusCode.OK, disabled.StatusCode);
        await RefusedAsync(client, SessionsApi.Path);
    }

    [Fact]
    public async Task REV_01_So_is_that_of_a_client_one_of_whose_secrets_was_ended()
    {
        using var manager = await AdministratorAsync("clients:read", "clients:write");
        using var client = await system.ClientWithAsync(["sessions:read"]);
        await GetAsync(client, SessionsApi.Path, HttpStatusCode.OK);
        var clientId = new JsonWebToken(client.DefaultRequestHeaders.Authorization!.Parameter).GetClaim("client_id").Value;
        var record = Assert.Single((await manager.GetAsync($"api/v1/clients?clientId={clientId}", Cancellation).BodyAsync()).Items());
        var secrets = $"api/v1/clients/{record.Text("id")}/secrets";
        await manager.PostAsync(secrets, content: null, Cancellation).BodyAsync(HttpStatusCode.Created);

        using var ended = await manager.DeleteAsync($"{secrets}/{record.GetProperty("secrets")[0].Text("id")}", Cancellation);

        Assert.Equal(HttpStatusCode.NoContent, ended.StatusCode);
        await RefusedAsync(client, SessionsApi.Path);
    }

    [Fact]
    public async Task REV_01_A_token_that_is_issued_in_the_second_in_which_those_before_it_were_revoked_is_good()
    {
        using var person = await SignedInPerson.OfAsync(system, await system.CreateUserAsync(roles: "administrator"), "sessions:read");

        var after = await person.RefreshAsync().BodyAsync();
        JsonElement before;
        var tries = 0;
        do
        {
            // Early in a second, so that what follows is in the same one, unless the machine is very busy.
            await Task.Delay(TimeSpan.FromMilliseconds(1000 - TimeProvider.System.GetUtcNow().Millisecond), Cancellation);
            before = await RefreshAsync(after);
            await WriteAsync([Now(RevocationKinds.User, person.UserId.ToString())]);
            await Task.Delay(TimeSpan.FromMilliseconds(5), Cancellation);
            after = await RefreshAsync(before);
        }
        while (IssuedAt(before) != IssuedAt(after) && ++tries < 5);
        using var old = system.WithToken(before.Text("access_token")!);
        using var fresh = system.WithToken(after.Text("access_token")!);

        await RefusedAsync(old, SessionsApi.Path);

        await GetAsync(fresh, SessionsApi.Path, HttpStatusCode.OK);
        Assert.Equal(IssuedAt(before), IssuedAt(after));

        Task<JsonElement> RefreshAsync(JsonElement last) => person.Browser.PostTokenAsync(("grant_type", "refresh_token"), ("refresh_token", last.Text("refresh_token")!)).BodyAsync();
    }

    [Fact]
    public async Task REV_01_However_many_are_revoked_at_once_the_last_of_them_is_refused_and_what_is_of_no_known_kind_is_not()
    {
        using var client = await AdministratorAsync("sessions:read");
        using var other = await AdministratorAsync("sessions:read");
        await WriteAsync(
        [
            Now("planet", SubjectOf(other)),
            .. Enumerable.Range(0, 450).Select(_ => Now(RevocationKinds.Session, Guid.CreateVersion7().ToString())),
            Now(RevocationKinds.User, SubjectOf(client)),
        ]);

        await RefusedAsync(client, SessionsApi.Path);

        await GetAsync(other, SessionsApi.Path, HttpStatusCode.OK);
    }

    [Fact]
    public async Task REV_01_A_replica_that_has_just_started_refuses_what_was_revoked_before()
    {
        using var client = await AdministratorAsync("sessions:read");
        await WriteAsync([Now(RevocationKinds.User, SubjectOf(client))]);
        await using var replica = system.Replica();
        await replica.InitializeAsync();
        using var there = replica.WithToken(client.DefaultRequestHeaders.Authorization!.Parameter!);

        await GetAsync(there, SessionsApi.Path, HttpStatusCode.Unauthorized);
    }

    private static Revocation Now(string kind, string value) => Revocation.Of(kind, value, TimeProvider.System.GetStoredNow());

    private static string SubjectOf(HttpClient client) => new JsonWebToken(client.DefaultRequestHeaders.Authorization!.Parameter).Subject;

    private Task<int> WriteAsync(IEnumerable<Revocation> entries) => system.InStoreAsync(store =>
    {
        store.Revocations.AddRange(entries);
        return store.SaveChangesAsync(Cancellation);
    });

    private async Task<HttpClient> AdministratorAsync(params string[] scopes) => await system.SignedInAsync(await system.CreateUserAsync(roles: "administrator"), scopes);

    private static DateTime IssuedAt(JsonElement answer) => new JsonWebToken(answer.Text("access_token")).IssuedAt;

    private static async Task GetAsync(HttpClient client, string path, HttpStatusCode expected)
    {
        using var answer = await client.GetAsync(new Uri(path, UriKind.Relative), Cancellation);
        Assert.Equal(expected, answer.StatusCode);
    }

    private static async Task<HttpResponseMessage> RefusedAsync(HttpClient client, string path)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            var answer = await client.GetAsync(new Uri(path, UriKind.Relative), Cancellation);
            if (answer.StatusCode != HttpStatusCode.OK)
            {
                Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
                return answer;
            }

            answer.Dispose();
            Assert.True(clock.Elapsed < AtWorst, $"{path} is still answered after {clock.Elapsed.TotalSeconds:0.0} s.");
            await Task.Delay(TimeSpan.FromMilliseconds(50), Cancellation);
        }
    }
}
