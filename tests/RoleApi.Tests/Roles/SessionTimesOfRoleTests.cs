namespace UserDomain.RoleApi.Tests.Roles;

/// <summary>A role says how long sessions of who holds it live (SES-02); that they do is tested where sessions are.</summary>
public sealed class SessionTimesOfRoleTests(RunningSystem system)
{
    [Fact]
    public async Task A_role_says_nothing_of_sessions_unless_it_is_told_to()
    {
        using var client = await system.ManagerAsync();

        var role = await client.PostJsonAsync("roles", new { name = RoleCalls.UniqueName() }).BodyAsync(HttpStatusCode.Created);

        Assert.Equal((null, null), TimesOf(role));
    }

    [Fact]
    public async Task Each_time_stays_when_it_is_absent_and_is_gone_when_it_is_that_of_the_product()
    {
        using var client = await system.ManagerAsync();
        var role = await client.PostJsonAsync("roles", new { name = RoleCalls.UniqueName(), sessionIdleTimeout = 60, sessionLifetime = 300 }).BodyAsync(HttpStatusCode.Created);
        Assert.Equal(("60", "300"), TimesOf(role));
        Assert.Equal(("60", "300"), TimesOf(await client.ReadAsync($"roles/{role.Id()}").BodyAsync()));

        Assert.Equal(("3599", "300"), TimesOf(await ChangeAsync(new { sessionIdleTimeout = 3599 })));
        Assert.Equal(("3599", "300"), TimesOf(await ChangeAsync(new { description = "other" })));
        Assert.Equal((null, "300"), TimesOf(await ChangeAsync(new { sessionIdleTimeout = 3600 })));
        Assert.Equal((null, "43199"), TimesOf(await ChangeAsync(new { sessionLifetime = 43199 })));
        Assert.Equal((null, null), TimesOf(await ChangeAsync(new { sessionLifetime = 43200 })));

        Task<JsonElement> ChangeAsync(object change) => client.PatchJsonAsync($"roles/{role.Id()}", change).BodyAsync();
    }

    [Theory]
    [InlineData("sessionIdleTimeout", 59)]
    [InlineData("sessionIdleTimeout", 3601)]
    [InlineData("sessionIdleTimeout", 0)]
    [InlineData("sessionIdleTimeout", -60)]
    [InlineData("sessionIdleTimeout", int.MaxValue)]
    [InlineData("sessionLifetime", 299)]
    [InlineData("sessionLifetime", 43201)]
    [InlineData("sessionLifetime", int.MinValue)]
    public async Task SES_02_A_time_that_is_longer_than_that_of_the_product_or_too_short_to_work_is_refused_with_the_bounds(string member, int seconds)
    {
        using var client = await system.ManagerAsync();
        var role = await client.CreateRoleAsync();
        var bounds = member == "sessionIdleTimeout" ? "must be between 60 and 3600 seconds" : "must be between 300 and 43200 seconds";

        foreach (var answer in (Task<HttpResponseMessage>[])
        [
            client.PostJsonAsync("roles", new Dictionary<string, object> { ["name"] = RoleCalls.UniqueName(), [member] = seconds }),
            client.PatchJsonAsync($"roles/{role}", new Dictionary<string, object> { [member] = seconds }),
        ])
        {
            using var refused = await answer;
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
            var problem = JsonSerializer.Deserialize<JsonElement>(await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
            Assert.Contains(bounds, problem.GetProperty("errors").GetProperty(member)[0].GetString(), StringComparison.Ordinal);
        }

        Assert.Equal((null, null), TimesOf(await client.ReadAsync($"roles/{role}").BodyAsync()));
    }

    [Theory]
    [InlineData("\"60\"")]
    [InlineData("60.5")]
    [InlineData("1e9")]
    [InlineData("99999999999")]
    [InlineData("true")]
    public async Task A_time_that_is_no_whole_number_is_refused(string value)
    {
        using var client = await system.ManagerAsync();
        var role = await client.CreateRoleAsync();
        using var body = new StringContent($$"""{"sessionIdleTimeout":{{value}}}""", null, "application/json");

        using var refused = await client.SendAsync("PATCH", $"roles/{role}", body);

        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
    }

    [Fact]
    public async Task AUD_01_A_changed_time_is_in_the_trail_as_it_was_and_is()
    {
        using var client = await system.ManagerAsync();
        var role = (await client.PostJsonAsync("roles", new { name = RoleCalls.UniqueName(), sessionIdleTimeout = 600 }).BodyAsync(HttpStatusCode.Created)).Id();
        await client.PatchJsonAsync($"roles/{role}", new { sessionIdleTimeout = 300, sessionLifetime = 7200 }).BodyAsync();
        await client.PatchJsonAsync($"roles/{role}", new { sessionIdleTimeout = 300 }).BodyAsync();
        await client.RemoveAsync($"roles/{role}").DoneAsync();

        var events = await system.EventsAsync(role, "role.deleted");

        Assert.Equal(["role.created", "role.updated", "role.deleted"], events.Types());
        Assert.Equal(600, events[0].GetProperty("after").GetProperty("sessionIdleTimeout").GetInt32());
        Assert.Equal("""{"sessionIdleTimeout":600,"sessionLifetime":null}""", events[1].GetProperty("before").GetRawText());
        Assert.Equal("""{"sessionIdleTimeout":300,"sessionLifetime":7200}""", events[1].GetProperty("after").GetRawText());
    }

    private static (string? Idle, string? Lifetime) TimesOf(JsonElement role) => (Of(role, "sessionIdleTimeout"), Of(role, "sessionLifetime"));

    private static string? Of(JsonElement role, string member) => role.GetProperty(member) is { ValueKind: JsonValueKind.Number } seconds ? seconds.GetRawText() : null;
}
