using System.Diagnostics;
using System.Globalization;
using Microsoft.IdentityModel.JsonWebTokens;

namespace UserDomain.Replicas.Tests.Resilience;

/// <summary>What is revoked is refused by both replicas of every API, under load, and also after parts of the installation were away (REV-01).</summary>
[Collection(nameof(ResilienceCollection))]
public sealed class CutOffTests(ReplicatedSystem system)
{
    private static readonly TimeSpan AtWorst = TimeSpan.FromSeconds(5);
    private static readonly string[] Scopes = [.. CutOff.Apis.Keys];

    // Once shows that it holds; bench/cut-off goes on for longer.
    private static readonly int Runs = int.Parse(Environment.GetEnvironmentVariable("USER_DOMAIN_TEST_RUNS") ?? "1", CultureInfo.InvariantCulture);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null)]
    [InlineData("session-api-1", "session-api-2")]
    [InlineData("redis")]
    [InlineData("database")]
    public Task REV_01_A_closed_session_is_cut_off_also_after_parts_were_away(params string[]? parts) => MeasureAsync(parts is null ? "session closed" : $"session closed after {string.Join(", ", parts)} were away", async () =>
    {
        foreach (var part in parts ?? [])
        {
            await system.Installation.StopAsync(part, Cancellation);
        }

        foreach (var part in parts ?? [])
        {
            await system.Installation.StartAsync(part, Cancellation);
        }

        await UntilAllAnswerAsync();
        var person = await PersonAsync();
        return (person.Tokens, Revoke("sessions:write", client => client.DeleteAsync(new Uri($"api/v1/sessions/{person.Session}", UriKind.Relative), Cancellation)));
    });

    [Fact]
    public Task REV_01_A_disabled_user_is_cut_off() => MeasureAsync("user disabled", async () =>
    {
        var person = await PersonAsync();
        return (person.Tokens, Revoke("users:write", client => client.PostAsync(new Uri($"api/v1/users/{person.User}/disable", UriKind.Relative), content: null, Cancellation)));
    }, async () =>
    {
        var user = (await ReadAsync("users:read", "api/v1/users?query=dora")).Items()[0].Text("id");
        await Revoke("users:write", client => client.PostAsync(new Uri($"api/v1/users/{user}/enable", UriKind.Relative), content: null, Cancellation))();
    });

    [Fact]
    public async Task REV_01_A_user_who_is_locked_down_is_cut_off()
    {
        string? user = null;
        await MeasureAsync("user locked down", async () =>
        {
            var person = await PersonAsync();
            user = person.User;
            return (person.Tokens, Revoke("users:write", client => client.PostAsJsonAsync(new Uri($"api/v1/users/{user}/lock-down", UriKind.Relative), new { reason = "a measurement" }, Cancellation)));
        }, async () =>
        {
            await Revoke("users:write", client => client.PostAsync(new Uri($"api/v1/users/{user}/enable", UriKind.Relative), content: null, Cancellation))();
            await SetPasswordAsync(user!);
        });
    }

    [Fact]
    public Task REV_01_Who_loses_a_role_is_cut_off()
    {
        string? user = null;
        string? role = null;
        return MeasureAsync("role removed", async () =>
        {
            var person = await PersonAsync();
            var assignment = (await ReadAsync("roles:read", $"api/v1/role-assignments?user={person.User}")).Items().Single();
            (user, role) = (person.User, assignment.GetProperty("role").Text("id"));
            return (person.Tokens, Revoke("roles:write", client => client.DeleteAsync(new Uri($"api/v1/role-assignments/{assignment.Text("id")}", UriKind.Relative), Cancellation)));
        }, () => Revoke("roles:write", client => client.PostAsJsonAsync("api/v1/role-assignments", new { roleId = role, userId = user }, Cancellation))());
    }

    [Fact]
    public Task REV_01_A_grant_whose_code_is_used_twice_is_cut_off() => MeasureAsync("code used twice", async () =>
    {
        var person = await PersonAsync();
        return (person.Tokens, async () =>
        {
            using var visitor = person.Visitor;
            using var again = await visitor.PostTokenAsync(("grant_type", "authorization_code"), ("code", person.Code), ("redirect_uri", WebVisitor.RedirectUri), ("code_verifier", visitor.Verifier));
            Assert.Equal(HttpStatusCode.BadRequest, again.StatusCode);
        }
        );
    });

    [Fact]
    public Task REV_01_A_client_whose_secret_is_changed_is_cut_off() => MeasureAsync("secret changed", async () =>
    {
        var clientId = $"worker-{Guid.CreateVersion7():n}";
        using var manager = system.Client(accessToken: await system.ServiceTokenAsync(null, "clients:write"), address: system.FreshAddress());
        var client = await manager.PostAsJsonAsync("api/v1/clients", new { clientId, type = "service", scopes = Scopes }, Cancellation).BodyAsync(HttpStatusCode.Created);
        var auditor = (await ReadAsync("roles:read", "api/v1/roles?query=auditor")).Items()[0].Text("id");
        await Revoke("roles:write", service => service.PostAsJsonAsync("api/v1/role-assignments", new { roleId = auditor, clientId }, Cancellation))();
        var tokens = new Dictionary<string, string>();
        foreach (var scope in Scopes)
        {
            using var anyone = system.Client(address: system.FreshAddress());
            using var form = new FormUrlEncodedContent([new("grant_type", "client_credentials"), new("client_id", clientId), new("client_secret", client.Text("clientSecret")), new("scope", scope)]);
            tokens[scope] = (await anyone.PostAsync(new Uri("connect/token", UriKind.Relative), form, Cancellation).BodyAsync()).Text("access_token")!;
        }

        return (tokens, async () =>
        {
            using var rotator = system.Client(accessToken: await system.ServiceTokenAsync(null, "clients:write"), address: system.FreshAddress());
            var secrets = $"api/v1/clients/{client.Text("id")}/secrets";
            await rotator.PostAsync(secrets, content: null, Cancellation).BodyAsync(HttpStatusCode.Created);
            using var ended = await rotator.DeleteAsync(new Uri($"{secrets}/{client.GetProperty("secrets")[0].Text("id")}", UriKind.Relative), Cancellation);
            Assert.Equal(HttpStatusCode.NoContent, ended.StatusCode);
        }
        );
    });

    private async Task MeasureAsync(string cause, Func<Task<(IReadOnlyDictionary<string, string> Tokens, Func<Task> Revoke)>> prepare, Func<Task>? undo = null)
    {
        var measured = new List<TimeSpan>();
        for (var run = 0; run < Runs; run++)
        {
            var (tokens, revoke) = await prepare();
            var cutOff = new CutOff(system, tokens);
            try
            {
                var after = await cutOff.MeasureAsync(revoke);
                measured.AddRange(after.Values);
                TestContext.Current.SendDiagnosticMessage($"{cause}: {cutOff.Rate:0} requests/s, {cutOff.CallsEach:0.0000} calls each, last accepted after {string.Join(", ", after.Select(pair => $"{pair.Key} {pair.Value.TotalMilliseconds:0} ms"))}");
                Assert.All(after, pair => Assert.InRange(pair.Value, TimeSpan.Zero, AtWorst));

                // What they call anybody for has nothing to do with how much they are asked.
                Assert.InRange(cutOff.CallsEach, 0, 0.1);
            }
            finally
            {
                if (undo is not null)
                {
                    await undo();
                }
            }
        }

        measured.Sort();
        TestContext.Current.SendDiagnosticMessage($"{cause}, {Runs} runs: median {measured[measured.Count / 2].TotalMilliseconds:0} ms, at most {measured[^1].TotalMilliseconds:0} ms");
    }

    private async Task SetPasswordAsync(string user)
    {
        using var client = system.Client(accessToken: await system.ServiceTokenAsync(null, "users:write"), address: system.FreshAddress());
        var link = (await client.PostAsync(new Uri($"api/v1/users/{user}/password-reset", UriKind.Relative), content: null, Cancellation).BodyAsync()).Text("url")!;
        using var visitor = system.Office(system.FreshAddress(), ["openid"]);
        var page = await visitor.FollowAsync(await visitor.Http.GetAsync(new Uri(link), Cancellation));
        using var answer = await visitor.SubmitAsync(page, new() { ["password"] = RunningSystem.Password, ["passwordConfirmation"] = RunningSystem.Password });
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private async Task<(IReadOnlyDictionary<string, string> Tokens, string User, Guid Session, string Code, WebVisitor Visitor)> PersonAsync()
    {
        var visitor = system.Office(system.FreshAddress(), ["openid", "offline_access", .. Scopes]);
        var code = await visitor.CodeAsync("dora", RunningSystem.Password);
        var last = await visitor.RedeemAsync(code);
        var tokens = new Dictionary<string, string>();
        foreach (var scope in Scopes)
        {
            var resource = $"urn:user-domain:{scope.Split(':')[0]}";
            var answer = await visitor.PostTokenAsync(("grant_type", "refresh_token"), ("refresh_token", last.RefreshToken!), ("resource", resource)).BodyAsync();
            last = last with { AccessToken = answer.Text("access_token")!, RefreshToken = answer.Text("refresh_token") };
            tokens[scope] = last.AccessToken;
        }

        return (tokens, new JsonWebToken(last.AccessToken).Subject, last.SessionId, code, visitor);
    }

    // The gateway looks once a second who is there again.
    private async Task UntilAllAnswerAsync()
    {
        var clients = new List<(HttpClient Client, string Path)>();
        foreach (var (scope, path) in CutOff.Apis)
        {
            clients.Add((system.Client(accessToken: await UntilTokenAsync(scope), address: system.FreshAddress()), path));
        }

        var clock = Stopwatch.StartNew();
        for (var straight = 0; straight < 30;)
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(30), "They do not all answer again.");
            await Task.Delay(TimeSpan.FromMilliseconds(100), Cancellation);
            var isGood = true;
            foreach (var (client, path) in clients)
            {
                using var answer = await client.GetAsync(new Uri(path, UriKind.Relative), Cancellation);
                isGood &= answer.StatusCode == HttpStatusCode.OK;
            }

            straight = isGood ? straight + 1 : 0;
        }

        clients.ForEach(pair => pair.Client.Dispose());
    }

    private async Task<string> UntilTokenAsync(string scope)
    {
        for (var tries = 0; tries < 100; tries++)
        {
            try
            {
                if (await system.ServiceTokenAsync(null, scope) is { Length: > 0 } token)
                {
                    return token;
                }
            }
            catch (Exception exception) when (exception is HttpRequestException or JsonException)
            {
                // The identity server is without its database still.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(200), Cancellation);
        }

        throw new TimeoutException("No token is given out again.");
    }

    private async Task<JsonElement> ReadAsync(string scope, string path)
    {
        using var client = system.Client(accessToken: await system.ServiceTokenAsync(null, scope), address: system.FreshAddress());
        return await client.GetAsync(new Uri(path, UriKind.Relative), Cancellation).BodyAsync();
    }

    private Func<Task> Revoke(string scope, Func<HttpClient, Task<HttpResponseMessage>> act) => async () =>
    {
        using var client = system.Client(accessToken: await system.ServiceTokenAsync(null, scope), address: system.FreshAddress());
        using var answer = await act(client);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancellation));
    };
}
