using UserDomain.AuditApi.Tests.AuditEvents;

namespace UserDomain.AuditApi.Tests.Webhooks;

/// <summary>What happens is told to whoever subscribed to it, also after they were away.</summary>
public sealed class WebhookDeliveryTests(RunningSystem system)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task OUT_02_An_event_is_posted_as_a_signed_cloud_event()
    {
        await using var receiver = await Receiver.StartedAsync();
        using var manager = await system.WebhookManagerAsync();
        using var auditor = await system.AuditorAsync();
        var type = WebhooksApi.OwnType();
        var webhook = await manager.CreateWebhookAsync(receiver, type);

        var id = Assert.Single(await auditor.HappenAsync(type, 1, "order-7"));
        await receiver.UntilAsync([id]);

        var received = Assert.Single(receiver.All);
        var inTrail = await auditor.GetAsync($"{TrailEvents.Path}/{id}", Cancellation).BodyAsync();
        Assert.Equal("application/cloudevents+json; charset=utf-8", received.ContentType);
        Assert.Equal((id, "1.0", id, system.PublicUrl.AbsoluteUri, type, "order-7"), (received.Id, received.Event.Text("specversion"), received.Event.Text("id"), received.Event.Text("source"), received.Event.Text("type"), received.Subject));
        Assert.Equal(inTrail.GetProperty("sequence").GetInt64().ToString(System.Globalization.CultureInfo.InvariantCulture), received.Event.Text("sequence"));
        Assert.Equal(inTrail.Text("time"), received.Event.Text("time"));
        Assert.True(JsonElement.DeepEquals(inTrail, received.Event.GetProperty("data")));
        Assert.True(received.IsSignedBy(webhook.Secret()));
        Assert.InRange(DateTimeOffset.FromUnixTimeSeconds(long.Parse(received.Timestamp, System.Globalization.CultureInfo.InvariantCulture)), TimeProvider.System.GetUtcNow().AddMinutes(-1), TimeProvider.System.GetUtcNow());
    }

    [Fact]
    public async Task Only_events_of_the_types_asked_for_are_sent_and_none_from_before()
    {
        await using var receiver = await Receiver.StartedAsync();
        using var manager = await system.WebhookManagerAsync();
        using var auditor = await system.AuditorAsync();
        var (one, other) = (WebhooksApi.OwnType(), WebhooksApi.OwnType());
        await auditor.HappenAsync(one, 1);
        await manager.CreateWebhookAsync(receiver, one[..(one.IndexOf('.', StringComparison.Ordinal) + 1)]);

        await auditor.HappenAsync(other, 3);
        var wanted = await auditor.HappenAsync(one, 2);
        await receiver.UntilAsync(wanted);

        Assert.Equal(wanted.Order(), receiver.All.Select(received => received.Id).Order());
    }

    [Fact]
    public async Task A_webhook_without_types_is_told_everything_its_own_creation_first()
    {
        await using var receiver = await Receiver.StartedAsync();
        using var manager = await system.WebhookManagerAsync();

        var webhook = await manager.CreateWebhookAsync(receiver);
        await receiver.UntilAsync(all => all.Any(received => received.Event.Text("type") == "webhook.created" && received.Subject == webhook.Text("id")));

        await manager.DeleteAsync(webhook.Path(), Cancellation);
    }

    [Fact]
    public async Task REL_08_A_receiver_that_was_down_for_ten_minutes_gets_everything_once_and_in_the_order_of_each_subject()
    {
        var clock = new MovedClock();
        await using var moved = RunningSystem.At(clock);
        await moved.InitializeAsync();
        await using var receiver = await Receiver.StartedAsync();
        using var manager = await moved.WebhookManagerAsync();
        using var auditor = await moved.AuditorAsync();
        var type = WebhooksApi.OwnType();
        string[] subjects = ["a", "b", "c"];
        var webhook = await manager.CreateWebhookAsync(receiver, type);
        var before = await auditor.HappenAsync(type, 6, subjects);
        await receiver.UntilAsync(before);

        await receiver.StopAsync();
        var meanwhile = await auditor.HappenAsync(type, 450, subjects);
        await UntilFailingAsync(manager, webhook);
        clock.Move(TimeSpan.FromMinutes(10));
        await receiver.StartAsync();
        using var later = await moved.AuditorAsync();
        using var laterManager = await moved.WebhookManagerAsync();
        var after = await later.HappenAsync(type, 6, subjects);
        IReadOnlyList<string> all = [.. before, .. meanwhile, .. after];
        await receiver.UntilAsync(all);

        Assert.Equal(all.Count, receiver.IdsOf(all).Count);
        var place = all.Select((id, index) => (id, index)).ToDictionary(pair => pair.id, pair => pair.index);
        foreach (var subject in receiver.All.GroupBy(received => received.Subject))
        {
            Assert.Equal(subject.Select(received => place[received.Id]).Order(), subject.Select(received => place[received.Id]));
        }

        var progress = (await laterManager.ReadWebhookAsync(webhook)).GetProperty("progress");
        Assert.Equal((0, JsonValueKind.Null), (progress.GetProperty("failures").GetInt32(), progress.GetProperty("lastError").ValueKind));
        Assert.NotEmpty(await laterManager.DeliveriesAsync(webhook, "failed"));
    }

    [Theory]
    [InlineData(500)]
    [InlineData(302)]
    [InlineData(429)]
    public async Task What_a_receiver_does_not_confirm_is_sent_again_until_it_does_and_no_redirect_is_followed(int status)
    {
        await using var receiver = await Receiver.StartedAsync();
        using var manager = await system.WebhookManagerAsync();
        using var auditor = await system.AuditorAsync();
        var type = WebhooksApi.OwnType();
        receiver.Answer = (_, http) =>
        {
            http.Response.Headers.Location = receiver.Url;
            http.Response.Headers.RetryAfter = "1";
            return receiver.All.Count < 3 ? status : StatusCodes.Status200OK;
        };
        var webhook = await manager.CreateWebhookAsync(receiver, type);

        var id = Assert.Single(await auditor.HappenAsync(type, 1));
        await receiver.UntilAsync(all => all.Count == 3);
        var log = await DeliveredAsync(manager, webhook, 1);

        Assert.Equal([id, id, id], receiver.IdsOf([id]));
        Assert.All(receiver.All, received => Assert.True(received.IsSignedBy(webhook.Secret())));
        var failed = await manager.DeliveriesAsync(webhook, "failed");
        Assert.Equal([(status, $"answered {status}"), (status, $"answered {status}")], failed.Select(row => (row.GetProperty("status").GetInt32(), row.Text("error")!)));
        Assert.Equal((200, JsonValueKind.Null), (log[0].GetProperty("status").GetInt32(), log[0].GetProperty("error").ValueKind));
    }

    [Fact]
    public async Task An_event_a_receiver_cannot_take_is_given_up_and_keeps_neither_others_of_its_subject_nor_those_after_it_and_can_be_sent_again()
    {
        var clock = new MovedClock();
        await using var moved = RunningSystem.At(clock);
        await moved.InitializeAsync();
        await using var receiver = await Receiver.StartedAsync();
        using var manager = await moved.WebhookManagerAsync();
        using var auditor = await moved.AuditorAsync();
        var type = WebhooksApi.OwnType();
        var webhook = await manager.CreateWebhookAsync(receiver, type);
        string? poison = null;
        receiver.Answer = (received, _) => received.Id == poison ? StatusCodes.Status400BadRequest : StatusCodes.Status204NoContent;
        var events = Enumerable.Range(0, 5).Select(_ => TrailEvents.Valid(("type", type), ("target", new { type = "order", id = "order-7" }))).ToList();
        poison = events[1]["id"]!.ToString();
        await auditor.AppendedAsync([.. events]);

        while (receiver.IdsOf([events[4]["id"]!.ToString()!]).Count == 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200), Cancellation);
            clock.Move(TimeSpan.FromSeconds(20));
        }

        using var later = await moved.WebhookManagerAsync();
        var dead = Assert.Single(await UntilDeadAsync());
        Assert.Equal(6, receiver.IdsOf([poison!]).Count);
        Assert.Equal(4, receiver.IdsOf(events.Select(sent => sent["id"]!.ToString()!).Where(id => id != poison)).Count);
        Assert.Equal((poison, 400), (dead.Text("eventId"), dead.GetProperty("status").GetInt32()));

        receiver.Answer = (_, _) => StatusCodes.Status204NoContent;
        await later.PostAsync($"{webhook.Path()}/deliveries/{dead.Text("id")}/resend", content: null, Cancellation).BodyAsync(HttpStatusCode.Accepted);
        await receiver.UntilAsync(_ => receiver.IdsOf([poison!]).Count == 7);

        Assert.Single(await DeliveredAsync(later, webhook, 5), row => row.Text("eventId") == poison);
        Assert.Empty(await later.DeliveriesAsync(webhook, "waiting"));

        async Task<IReadOnlyList<JsonElement>> UntilDeadAsync()
        {
            IReadOnlyList<JsonElement> found;
            while ((found = await later.DeliveriesAsync(webhook, "dead")).Count == 0)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), Cancellation);
            }

            return found;
        }
    }

    [Fact]
    public async Task A_webhook_is_told_everything_once_more_from_where_somebody_says()
    {
        await using var receiver = await Receiver.StartedAsync();
        using var manager = await system.WebhookManagerAsync();
        using var auditor = await system.AuditorAsync();
        var type = WebhooksApi.OwnType();
        var webhook = await manager.CreateWebhookAsync(receiver, type);
        var events = await auditor.HappenAsync(type, 5, "order-7");
        await receiver.UntilAsync(events);
        var second = (await auditor.GetAsync($"{TrailEvents.Path}/{events[1]}", Cancellation).BodyAsync()).GetProperty("sequence").GetInt64();

        await manager.ReplayAsync(webhook, second);
        await receiver.UntilAsync(all => all.Count == 8);

        Assert.Equal([.. events, .. events.Skip(2)], receiver.IdsOf(events));
        await manager.PostAsJsonAsync($"{webhook.Path()}/replay", new { after = long.MaxValue }, Cancellation).RefusedAsync("after");
        await manager.PostAsJsonAsync($"{webhook.Path()}/replay", new { after = -1 }, Cancellation).RefusedAsync("after");
    }

    [Fact]
    public async Task One_that_is_disabled_is_sent_nothing_and_goes_on_where_it_was()
    {
        await using var receiver = await Receiver.StartedAsync();
        using var manager = await system.WebhookManagerAsync();
        using var auditor = await system.AuditorAsync();
        var type = WebhooksApi.OwnType();
        var webhook = await manager.CreateWebhookAsync(receiver, type);
        await manager.ChangeWebhookAsync(webhook, new { enabled = false });

        var events = await auditor.HappenAsync(type, 3);
        await Task.Delay(TimeSpan.FromSeconds(2), Cancellation);
        var whileDisabled = receiver.All.Count;
        await manager.ChangeWebhookAsync(webhook, new { enabled = true });
        await receiver.UntilAsync(events);

        Assert.Equal(0, whileDisabled);
    }

    [Fact]
    public async Task One_whose_receiver_says_it_is_gone_or_has_not_answered_for_five_days_is_disabled_and_the_trail_says_so()
    {
        var clock = new MovedClock();
        await using var moved = RunningSystem.At(clock);
        await moved.InitializeAsync();
        await using var receiver = await Receiver.StartedAsync();
        receiver.Answer = (_, _) => StatusCodes.Status410Gone;
        using var manager = await moved.WebhookManagerAsync();
        using var auditor = await moved.AuditorAsync();
        var type = WebhooksApi.OwnType();
        var gone = await manager.CreateWebhookAsync(receiver, type);
        var away = await manager.PostWebhookAsync(new { url = $"http://localhost:{ProgramProcess.FreePort()}/", eventTypes = new[] { type } }).BodyAsync(HttpStatusCode.Created);

        await auditor.HappenAsync(type, 1);
        await UntilDisabledAsync(manager, gone);
        await UntilFailingAsync(manager, away);
        clock.Move(TimeSpan.FromDays(6));
        using var later = await moved.WebhookManagerAsync();
        await UntilDisabledAsync(later, away);

        using var reader = await moved.AuditorAsync();
        var disabled = (await reader.ListAsync($"type=webhook.updated&target={gone.Text("id")}")).Items()[0];
        Assert.Equal((JsonValueKind.Null, false), (disabled.GetProperty("actor").ValueKind, disabled.GetProperty("after").GetProperty("enabled").GetBoolean()));
        Assert.Single(receiver.All);

        static async Task UntilDisabledAsync(HttpClient manager, JsonElement webhook)
        {
            while ((await manager.ReadWebhookAsync(webhook)).GetProperty("enabled").GetBoolean())
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), Cancellation);
            }
        }
    }

    [Fact]
    public async Task OUT_01_An_address_inside_of_the_network_is_not_called()
    {
        using var manager = await system.WebhookManagerAsync();
        using var auditor = await system.AuditorAsync();
        var type = WebhooksApi.OwnType();
        var webhook = await manager.PostWebhookAsync(new { url = "http://127.0.0.1:9/", eventTypes = new[] { type } }).BodyAsync(HttpStatusCode.Created);

        await auditor.HappenAsync(type, 1);
        var error = await UntilFailingAsync(manager, webhook);

        Assert.Contains("not a public one", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_receiver_that_does_not_answer_keeps_no_other()
    {
        await using var slow = await Receiver.StartedAsync();
        await using var receiver = await Receiver.StartedAsync();
        slow.Answer = (_, http) =>
        {
            http.RequestAborted.WaitHandle.WaitOne(TimeSpan.FromSeconds(10));
            return StatusCodes.Status200OK;
        };
        using var manager = await system.WebhookManagerAsync();
        using var auditor = await system.AuditorAsync();
        var type = WebhooksApi.OwnType();
        var first = await manager.CreateWebhookAsync(slow, type);
        await manager.CreateWebhookAsync(receiver, type);

        var events = await auditor.HappenAsync(type, 20);
        await receiver.UntilAsync(events);

        Assert.True(slow.All.Count < 20);
        Assert.Equal("no answer within 3 s", await UntilFailingAsync(manager, first));
        await manager.DeleteAsync(first.Path(), Cancellation);
    }

    [Fact]
    public async Task Of_two_replicas_one_delivers()
    {
        await using var replica = system.Replica();
        await replica.InitializeAsync();
        await using var receiver = await Receiver.StartedAsync();
        using var manager = await system.WebhookManagerAsync();
        using var auditor = await system.AuditorAsync();
        var type = WebhooksApi.OwnType();
        await manager.CreateWebhookAsync(receiver, type);

        var events = await auditor.HappenAsync(type, 400);
        await receiver.UntilAsync(events);

        Assert.Equal(400, receiver.IdsOf(events).Count);
    }

    private static async Task<string> UntilFailingAsync(HttpClient manager, JsonElement webhook)
    {
        while (true)
        {
            var progress = (await manager.ReadWebhookAsync(webhook)).GetProperty("progress");
            if (progress.GetProperty("failures").GetInt32() > 0)
            {
                Assert.NotEqual(JsonValueKind.Null, progress.GetProperty("failingSince").ValueKind);
                Assert.NotEqual(JsonValueKind.Null, progress.GetProperty("nextAttemptAt").ValueKind);
                return progress.Text("lastError")!;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), Cancellation);
        }
    }

    private static async Task<IReadOnlyList<JsonElement>> DeliveredAsync(HttpClient manager, JsonElement webhook, int count)
    {
        IReadOnlyList<JsonElement> found;
        while ((found = await manager.DeliveriesAsync(webhook, "delivered")).Count < count)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), Cancellation);
        }

        return found;
    }
}
