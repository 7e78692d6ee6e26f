using Microsoft.EntityFrameworkCore;
using UserDomain.AuditApi.Tests.AuditEvents;
using UserDomain.AuditApi.Webhooks;

namespace UserDomain.AuditApi.Tests.Webhooks;

/// <summary>What is done where a receiver refuses, does not answer, is gone, or must not be called.</summary>
public sealed class WebhookFailureTests(RunningSystem system)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(500)]
    [InlineData(302)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(405)]
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
        var log = await WebhooksApi.DeliveredAsync(manager, webhook, 1);

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

        Assert.Single(await WebhooksApi.DeliveredAsync(later, webhook, 5), row => row.Text("eventId") == poison);
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
        await WebhooksApi.UntilFailingAsync(manager, away);
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
    public async Task An_outage_in_which_something_in_front_of_the_receiver_answers_404_loses_nothing()
    {
        var clock = new MovedClock();
        await using var moved = RunningSystem.At(clock);
        await moved.InitializeAsync();
        await using var receiver = await Receiver.StartedAsync();
        using var manager = await moved.WebhookManagerAsync();
        using var auditor = await moved.AuditorAsync();
        var type = WebhooksApi.OwnType();
        var webhook = await manager.CreateWebhookAsync(receiver, type);
        receiver.Answer = (_, _) => StatusCodes.Status404NotFound;
        var events = await auditor.HappenAsync(type, 5);

        for (var round = 0; round < 10; round++)
        {
            var tried = receiver.All.Count;
            await receiver.UntilAsync(all => all.Count > tried);
            clock.Move(TimeSpan.FromSeconds(90));
        }

        using var later = await moved.WebhookManagerAsync();
        Assert.Equal("answered 404", await WebhooksApi.UntilFailingAsync(later, webhook));
        receiver.Answer = (_, _) => StatusCodes.Status204NoContent;
        clock.Move(TimeSpan.FromMinutes(2));
        var delivered = await WebhooksApi.DeliveredAsync(later, webhook, events.Count);
        Assert.Equal(events.Order(), delivered.Select(row => row.Text("eventId")!).Order());
        Assert.Empty(await later.DeliveriesAsync(webhook, "dead"));
    }

    [Fact]
    public async Task What_is_to_be_sent_again_is_even_if_it_is_asked_for_while_others_are_being_sent()
    {
        await using var receiver = await Receiver.StartedAsync();
        using var manager = await system.WebhookManagerAsync();
        using var auditor = await system.AuditorAsync();
        var type = WebhooksApi.OwnType();
        var webhook = await manager.CreateWebhookAsync(receiver, type);
        var first = Assert.Single(await auditor.HappenAsync(type, 1));
        var delivery = Assert.Single(await WebhooksApi.DeliveredAsync(manager, webhook, 1));
        using var go = new ManualResetEventSlim();
        receiver.Answer = (received, _) => received.Id == first || go.Wait(TimeSpan.FromSeconds(2), CancellationToken.None) ? StatusCodes.Status204NoContent : StatusCodes.Status500InternalServerError;

        var second = Assert.Single(await auditor.HappenAsync(type, 1));
        await receiver.UntilAsync([second]);
        await manager.PostAsync($"{webhook.Path()}/deliveries/{delivery.Text("id")}/resend", content: null, Cancellation).BodyAsync(HttpStatusCode.Accepted);
        go.Set();

        await receiver.UntilAsync(_ => receiver.IdsOf([first]).Count == 2);
    }

    [Fact]
    public async Task One_that_cannot_be_served_says_so_and_is_not_tried_again_at_once()
    {
        await using var receiver = await Receiver.StartedAsync();
        using var manager = await system.WebhookManagerAsync();
        using var auditor = await system.AuditorAsync();
        var type = WebhooksApi.OwnType();
        var webhook = await manager.CreateWebhookAsync(receiver, type);
        var id = webhook.GetProperty("id").GetGuid();
        await system.InTrailAsync(store => store.Set<WebhookSecret>().Where(secret => secret.WebhookId == id).ExecuteUpdateAsync(set => set.SetProperty(secret => secret.Wrapped, new byte[60]), Cancellation));

        await auditor.HappenAsync(type, 1);

        Assert.Equal("could not be served by this server; its log says why", await WebhooksApi.UntilFailingAsync(manager, webhook));
        Assert.Empty(receiver.All);
        await manager.DeleteAsync(webhook.Path(), Cancellation);
    }

    [Fact]
    public async Task OUT_01_An_address_inside_of_the_network_is_not_called()
    {
        using var manager = await system.WebhookManagerAsync();
        using var auditor = await system.AuditorAsync();
        var type = WebhooksApi.OwnType();
        var webhook = await manager.PostWebhookAsync(new { url = "http://127.0.0.1:9/", eventTypes = new[] { type } }).BodyAsync(HttpStatusCode.Created);

        await auditor.HappenAsync(type, 1);
        var error = await WebhooksApi.UntilFailingAsync(manager, webhook);

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
        Assert.Equal("no answer within 3 s", await WebhooksApi.UntilFailingAsync(manager, first));
        await manager.DeleteAsync(first.Path(), Cancellation);
    }
}
