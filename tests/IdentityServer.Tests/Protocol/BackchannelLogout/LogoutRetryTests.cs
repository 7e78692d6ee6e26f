using Microsoft.EntityFrameworkCore;
using UserDomain.IdentityServer.Protocol.BackchannelLogout;
using UserDomain.IdentityServer.Tests.ClientApi;
using UserDomain.IdentityServer.Tests.Outgoing;
using UserDomain.IdentityStore;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Protocol.BackchannelLogout;

/// <summary>Clients that cannot be told at once (SES-04), by a clock that is moved on.</summary>
public sealed class LogoutRetryTests(LogoutRetryTests.MovedSystem moved) : IClassFixture<LogoutRetryTests.MovedSystem>
{
    private static readonly TimeSpan Outage = TimeSpan.FromMinutes(10);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private RunningSystem System => moved.System;

    [Theory]
    [InlineData("500")]
    [InlineData("400")]
    [InlineData("a redirect")]
    [InlineData("nothing")]
    public async Task SES_04_An_application_that_fails_is_told_when_it_is_well_again_by_a_token_of_then(string answers)
    {
        await using var elsewhere = await LocalServer.StartAsync(ToldApplication.Status(StatusCodes.Status200OK));
        await using var application = await ToldApplication.StartAsync();
        application.Answer = answers switch
        {
            "nothing" => context => Task.Delay(TimeSpan.FromMinutes(1), context.RequestAborted),
            "a redirect" => context => Task.Run(() => context.Response.Redirect(elsewhere.Url.AbsoluteUri)),
            _ => ToldApplication.Status(int.Parse(answers, null)),
        };
        using var visitor = await System.VisitorToldAtAsync(application.Url);
        var (_, tokens) = await System.SignInAsync(visitor);

        await System.CloseAsync(tokens.SessionId);
        await System.NoticesAsync(visitor.ClientId, notices => notices is [{ Attempts: >= 1, LastError: not null }]);
        var inVain = application.All;
        application.Answer = ToldApplication.Status(StatusCodes.Status204NoContent);
        moved.Clock.Move(Outage);
        await System.NoticesAsync(visitor.ClientId, notices => notices.Count == 0);

        var told = application.All[^1];
        Assert.Equal(inVain.Count + 1, application.All.Count);
        Assert.Equal(tokens.SessionId.ToString(), told.Session);
        Assert.InRange((Jwt.ClaimsOf(told.Token).GetProperty("iat").GetInt64() - Jwt.ClaimsOf(inVain[0].Token).GetProperty("iat").GetInt64()) / 60.0, 10, 11);
        Assert.NotEqual(Jwt.ClaimsOf(inVain[0].Token).Text("jti"), Jwt.ClaimsOf(told.Token).Text("jti"));
        Assert.Equal(0, elsewhere.Asked);
    }

    [Fact]
    public async Task SES_04_An_application_that_was_not_there_is_told_when_it_is()
    {
        var port = ProgramProcess.FreePort();
        using var visitor = await System.VisitorToldAtAsync($"http://localhost:{port}/logout");
        var (_, tokens) = await System.SignInAsync(visitor);

        await System.CloseAsync(tokens.SessionId);
        await System.NoticesAsync(visitor.ClientId, notices => notices is [{ Attempts: >= 1 }]);
        await using var application = await ToldApplication.StartAsync(port);
        moved.Clock.Move(Outage);

        Assert.Equal(tokens.SessionId.ToString(), (await application.ToldAsync())[0].Session);
    }

    [Fact]
    public async Task SES_04_The_first_repetitions_come_within_seconds()
    {
        await using var application = await ToldApplication.StartAsync();
        application.Answer = ToldApplication.Status(StatusCodes.Status503ServiceUnavailable);
        using var visitor = await System.VisitorToldAtAsync(application.Url);
        var (_, tokens) = await System.SignInAsync(visitor);

        await System.CloseAsync(tokens.SessionId);
        var told = await application.ToldAsync(3);

        Assert.InRange((told[2].At - told[0].At).TotalSeconds, 2.5, 15);
    }

    [Fact]
    public async Task SES_04_After_a_day_it_is_given_up_and_the_trail_tells_so()
    {
        await using var application = await ToldApplication.StartAsync();
        application.Answer = ToldApplication.Status(StatusCodes.Status500InternalServerError);
        using var visitor = await System.VisitorToldAtAsync(application.Url);
        var (user, tokens) = await System.SignInAsync(visitor);
        await System.CloseAsync(tokens.SessionId);
        await System.NoticesAsync(visitor.ClientId, notices => notices is [{ Attempts: >= 1 }]);

        moved.Clock.Move(RetrySchedule.GivenUpAfter - TimeSpan.FromMinutes(1));
        await System.NoticesAsync(visitor.ClientId, notices => notices is [{ Attempts: >= 2 }]);
        moved.Clock.Move(TimeSpan.FromMinutes(1));
        var given = await System.EventAsync(visitor.ClientId, "client.logout-failed");

        var attempts = application.All.Count;
        var after = given.GetProperty("after");
        Assert.Equal((tokens.SessionId.ToString(), user.ToString(), "the answer was 500"), (after.Text("session"), after.Text("user"), after.Text("reason")));
        Assert.Equal(attempts, after.GetProperty("attempts").GetInt32());
        Assert.False(given.GetProperty("succeeded").GetBoolean());
        Assert.Empty(await System.NoticesAsync(visitor.ClientId));
        moved.Clock.Move(Outage);
        await Task.Delay(TimeSpan.FromSeconds(1), Cancellation);
        Assert.Equal(attempts, application.All.Count);
    }

    [Theory]
    [InlineData("deleted")]
    [InlineData("disabled")]
    [InlineData("told nowhere any more")]
    public async Task SES_04_A_client_that_was_meanwhile_ended_is_told_nothing(string what)
    {
        await using var application = await ToldApplication.StartAsync();
        application.Answer = ToldApplication.Status(StatusCodes.Status500InternalServerError);
        using var visitor = await System.VisitorToldAtAsync(application.Url);
        var (_, tokens) = await System.SignInAsync(visitor);
        await System.CloseAsync(tokens.SessionId);
        await System.NoticesAsync(visitor.ClientId, notices => notices is [{ Attempts: >= 1 }]);

        using var manager = await System.ManagerAsync();
        var client = (await manager.SendAsync("GET", $"clients?clientId={visitor.ClientId}").BodyAsync()).Items()[0];
        using (var answer = await (what switch
        {
            "deleted" => manager.SendAsync("DELETE", client.Path(), headers: ("If-Match", "*")),
            "disabled" => manager.SendAsync("POST", $"{client.Path()}/disable"),
            _ => manager.SendAsync("PATCH", client.Path(), new { backchannelLogoutUri = "" }),
        }))
        {
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancellation));
        }

        var attempts = application.All.Count;
        moved.Clock.Move(Outage);
        await System.NoticesAsync(visitor.ClientId, notices => notices.Count == 0);

        Assert.Equal(attempts, application.All.Count);
    }

    [Fact]
    public async Task OUT_01_An_application_at_a_private_address_is_not_called()
    {
        await using var application = await ToldApplication.StartAsync();
        using var visitor = await System.VisitorToldAtAsync(application.Server.UrlByAddress.AbsoluteUri);
        var (_, tokens) = await System.SignInAsync(visitor);

        await System.CloseAsync(tokens.SessionId);
        var notice = Assert.Single(await System.NoticesAsync(visitor.ClientId, notices => notices is [{ Attempts: >= 1 }]));

        Assert.Contains("AllowedPrivateHosts", notice.LastError, StringComparison.Ordinal);
        Assert.Empty(application.All);
    }

    [Fact]
    public async Task SES_04_An_application_that_hangs_keeps_no_other_waiting()
    {
        await using var hanging = await ToldApplication.StartAsync();
        hanging.Answer = context => Task.Delay(TimeSpan.FromMinutes(1), context.RequestAborted);
        await using var application = await ToldApplication.StartAsync();
        using var visitor = await System.VisitorToldAtAsync(application.Url);
        var (_, tokens) = await System.SignInAsync(visitor);
        for (var slow = 0; slow < 4; slow++)
        {
            using var other = await System.VisitorToldAtAsync(hanging.Url);
            await moved.NoteAsync(other.ClientId, 40);
        }

        await hanging.ToldAsync(NoticeDelivery.BatchSize);

        var closed = TimeProvider.System.GetUtcNow();
        await System.CloseAsync(tokens.SessionId);
        var told = await application.ToldAsync();

        Assert.InRange((told[0].At - closed).TotalSeconds, 0, 5);
    }

    [Fact]
    public async Task SES_04_What_a_replica_had_taken_when_it_was_killed_is_taken_up_by_another()
    {
        await using var application = await ToldApplication.StartAsync();
        using var visitor = await System.VisitorToldAtAsync(application.Url);
        Assert.Equal(3, await moved.TakeAsync(visitor.ClientId, 3));
        await Task.Delay(TimeSpan.FromSeconds(2), Cancellation);
        Assert.Empty(application.All);

        moved.Clock.Move(NoticeQueue.ClaimLifetime);

        Assert.Equal(3, (await application.ToldAsync(3)).Select(told => told.Session).Distinct().Count());
    }

    [Theory]
    [InlineData(1, 1, 2)]
    [InlineData(2, 2, 4)]
    [InlineData(8, 128, 256)]
    [InlineData(9, 150, 300)]
    [InlineData(5000, 150, 300)]
    public void Each_pause_is_twice_the_one_before_up_to_five_minutes(int attempts, int least, int most) =>
        Assert.All(Enumerable.Range(0, 200), _ => Assert.InRange(RetrySchedule.PauseAfter(attempts).TotalSeconds, least, most));

    /// <summary>A system that goes by a clock of the test.</summary>
    public sealed class MovedSystem : IAsyncLifetime
    {
        public MovedSystem() => System = RunningSystem.At(Clock);

        public MovedClock Clock { get; } = new();

        public RunningSystem System { get; }

        public ValueTask InitializeAsync() => System.InitializeAsync();

        public ValueTask DisposeAsync() => System.DisposeAsync();

        /// <summary>Notes that an application has to be told of this many sessions.</summary>
        internal Task<int> NoteAsync(string clientId, int number) => System.NoteAsync(clientId, number, Clock.GetUtcNow());

        /// <summary>Notes as many and takes them at once, as a replica would that does nothing with them any more.</summary>
        internal async Task<int> TakeAsync(string clientId, int number)
        {
            await using var scope = System.PartOf<IServiceScopeFactory>().CreateAsyncScope();
            var store = scope.ServiceProvider.GetRequiredService<IdentityStoreContext>();
            await using var transaction = await store.Database.BeginTransactionAsync(Cancellation);
            await store.NoteAsync(clientId, number, Clock.GetUtcNow());
            var taken = await scope.ServiceProvider.GetRequiredService<NoticeQueue>().ClaimAsync(clientId, number, Cancellation);
            await transaction.CommitAsync(Cancellation);
            return taken.Count;
        }
    }
}
