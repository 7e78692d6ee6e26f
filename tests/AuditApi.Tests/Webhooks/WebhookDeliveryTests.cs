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
        await WebhooksApi.UntilFailingAsync(manager, webhook);
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
}
