using UserDomain.AuditApi.Tests.AuditEvents;

namespace UserDomain.AuditApi.Tests.Webhooks;

public sealed class WebhookTests(RunningSystem system)
{
    private const string Url = "https://shop.example.test/hooks";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string, string, string> Operations => new(OnOne.Append(("GET", "", "webhooks:read")).Append(("POST", "", "webhooks:write")));

    public static TheoryData<string, string, string> OnOneWebhook => new(OnOne);

    private static readonly (string Method, string Path, string Scope)[] OnOne =
    [
        ("GET", "/ID", "webhooks:read"),
        ("PATCH", "/ID", "webhooks:write"),
        ("DELETE", "/ID", "webhooks:write"),
        ("POST", "/ID/replay", "webhooks:write"),
        ("POST", "/ID/secrets", "webhooks:write"),
        ("DELETE", "/ID/secrets/ID", "webhooks:write"),
        ("GET", "/ID/deliveries", "webhooks:read"),
        ("POST", "/ID/deliveries/ID/resend", "webhooks:write"),
    ];

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task AUZ_01_Every_operation_refuses_a_caller_without_the_right_token(string method, string path, string scope)
    {
        using var anonymous = system.Anonymous();
        using var auditor = await system.ClientWithAsync(["audit:read", "audit:write"]);
        using var otherScope = await system.ClientWithAsync([scope == "webhooks:read" ? "webhooks:write" : "webhooks:read"], ["webhooks:read", "webhooks:write"]);
        using var noPermission = await system.ClientWithAsync([scope], permissions: []);

        await SendAsync(anonymous, method, path).ProblemAsync(HttpStatusCode.Unauthorized, "unauthenticated");
        await SendAsync(auditor, method, path).ProblemAsync(HttpStatusCode.Forbidden, "insufficient-scope");
        await SendAsync(otherScope, method, path).ProblemAsync(HttpStatusCode.Forbidden, "insufficient-scope");
        await SendAsync(noPermission, method, path).ProblemAsync(HttpStatusCode.Forbidden, "permission-missing");
    }

    [Theory]
    [MemberData(nameof(OnOneWebhook))]
    public async Task What_is_not_there_is_not_found(string method, string path, string scope)
    {
        using var client = await system.ClientWithAsync([scope]);

        await SendAsync(client, method, path).ProblemAsync(HttpStatusCode.NotFound, "webhook" + (path.EndsWith("resend", StringComparison.Ordinal) ? "-delivery" : "") + "-not-found");
    }

    [Fact]
    public async Task A_webhook_is_created_shown_changed_and_deleted_and_the_trail_tells_of_each()
    {
        using var manager = await system.WebhookManagerAsync();
        using var created = await manager.PostWebhookAsync(new { url = Url, eventTypes = new[] { "user.", "session.closed", "user." }, description = "The shop" });
        var webhook = await Task.FromResult(created).BodyAsync(HttpStatusCode.Created);

        var listed = Assert.Single((await manager.GetAsync($"{WebhooksApi.Root}?limit=200", Cancellation).BodyAsync()).Items(), item => item.Text("id") == webhook.Text("id"));
        var changed = await manager.ChangeWebhookAsync(webhook, new { url = Url + "/2", eventTypes = Array.Empty<string>(), description = "", enabled = false });
        var same = await manager.ChangeWebhookAsync(webhook, new { enabled = false });
        using var deleted = await manager.DeleteAsync(webhook.Path(), Cancellation);

        Assert.Equal($"/{webhook.Path()}", created.Headers.Location?.ToString());
        Assert.Equal(["user.", "session.closed"], listed.GetProperty("eventTypes").EnumerateArray().Select(type => type.GetString()));
        Assert.Equal((Url, "The shop", true, 1), (listed.Text("url"), listed.Text("description"), listed.GetProperty("enabled").GetBoolean(), listed.GetProperty("version").GetInt64()));
        Assert.Equal((Url + "/2", "", false, 2), (changed.Text("url"), changed.Text("description"), changed.GetProperty("enabled").GetBoolean(), changed.GetProperty("version").GetInt64()));
        Assert.Equal(2, same.GetProperty("version").GetInt64());
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        await manager.GetAsync(webhook.Path(), Cancellation).ProblemAsync(HttpStatusCode.NotFound, "webhook-not-found");
        using var auditor = await system.AuditorAsync();
        var trail = (await auditor.ListAsync($"target={webhook.Text("id")}")).Items();
        Assert.Equal(["webhook.deleted", "webhook.updated", "webhook.created"], trail.Select(audit => audit.Text("type")));
        Assert.All(trail, audit => Assert.Equal("client", audit.GetProperty("actor").Text("type")));
        Assert.Equal((Url, Url + "/2"), (trail[1].GetProperty("before").Text("url"), trail[1].GetProperty("after").Text("url")));
    }

    [Fact]
    public async Task KEY_04_Its_secret_is_shown_once_and_two_are_valid_while_one_takes_the_place_of_the_other()
    {
        await using var receiver = await Receiver.StartedAsync();
        using var manager = await system.WebhookManagerAsync();
        using var auditor = await system.AuditorAsync();
        var type = WebhooksApi.OwnType();
        var webhook = await manager.CreateWebhookAsync(receiver, type);
        var first = webhook.GetProperty("secrets")[0];
        var second = await manager.PostAsync($"{webhook.Path()}/secrets", content: null, Cancellation).BodyAsync(HttpStatusCode.Created);
        await manager.PostAsync($"{webhook.Path()}/secrets", content: null, Cancellation).ProblemAsync(HttpStatusCode.Conflict, "too-many-secrets");

        await receiver.UntilAsync(await auditor.HappenAsync(type, 1));
        var both = receiver.All[0];
        using var ended = await manager.DeleteAsync($"{webhook.Path()}/secrets/{first.Text("id")}", Cancellation);
        await receiver.UntilAsync(await auditor.HappenAsync(type, 1));
        var one = receiver.All[1];

        Assert.Equal(HttpStatusCode.NoContent, ended.StatusCode);
        Assert.True(both.IsSignedBy(webhook.Secret()) && both.IsSignedBy(second.Text("secret")!));
        Assert.True(!one.IsSignedBy(webhook.Secret()) && one.IsSignedBy(second.Text("secret")!));
        Assert.Equal(JsonValueKind.Null, (await manager.ReadWebhookAsync(webhook)).GetProperty("secrets")[0].GetProperty("secret").ValueKind);
        await manager.DeleteAsync($"{webhook.Path()}/secrets/{second.Text("id")}", Cancellation).ProblemAsync(HttpStatusCode.Conflict, "last-secret");
        await manager.DeleteAsync($"{webhook.Path()}/secrets/{first.Text("id")}", Cancellation).ProblemAsync(HttpStatusCode.NotFound, "webhook-secret-not-found");
        var trail = (await auditor.ListAsync($"target={webhook.Text("id")}&type=webhook.")).Items();
        Assert.Equal(["webhook.secret-deleted", "webhook.secret-created", "webhook.created"], trail.Select(audit => audit.Text("type")));
        Assert.DoesNotContain("whsec_", string.Concat(trail), StringComparison.Ordinal);
    }

    [Fact]
    public async Task API_03_A_repeated_creation_makes_one_and_is_answered_without_the_secret()
    {
        using var manager = await system.WebhookManagerAsync();
        var key = $"\"{Guid.CreateVersion7():n}\"";

        var first = await CreateAsync(Url);
        var again = await CreateAsync(Url);

        Assert.Equal(first.Text("id"), again.Text("id"));
        Assert.StartsWith("whsec_", first.Secret(), StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, again.GetProperty("secrets")[0].GetProperty("secret").ValueKind);
        await SendAsync(Url + "/other").ProblemAsync(HttpStatusCode.UnprocessableEntity, "idempotency-key-reused");

        Task<JsonElement> CreateAsync(string url) => SendAsync(url).BodyAsync(HttpStatusCode.Created);

        Task<HttpResponseMessage> SendAsync(string url)
        {
            var request = new HttpRequestMessage(HttpMethod.Post, WebhooksApi.Root) { Content = JsonContent.Create(new { url }) };
            request.Headers.Add("Idempotency-Key", key);
            return manager.SendAsync(request, Cancellation);
        }
    }

    [Fact]
    public async Task A_change_of_a_version_that_is_gone_is_refused()
    {
        using var manager = await system.WebhookManagerAsync();
        var webhook = await manager.PostWebhookAsync(new { url = Url }).BodyAsync(HttpStatusCode.Created);
        await manager.ChangeWebhookAsync(webhook, new { description = "changed" });

        await WithOldTagAsync(HttpMethod.Patch, new { description = "lost" }).ProblemAsync(HttpStatusCode.PreconditionFailed, "version-mismatch");
        await WithOldTagAsync(HttpMethod.Delete, null).ProblemAsync(HttpStatusCode.PreconditionFailed, "version-mismatch");

        Task<HttpResponseMessage> WithOldTagAsync(HttpMethod method, object? body)
        {
            var request = new HttpRequestMessage(method, webhook.Path()) { Content = body is null ? null : JsonContent.Create(body) };
            request.Headers.Add("If-Match", "\"1\"");
            return manager.SendAsync(request, Cancellation);
        }
    }

    [Theory]
    [InlineData("url", """{ }""")]
    [InlineData("url", """{ "url": "" }""")]
    [InlineData("url", """{ "url": "shop.example.test" }""")]
    [InlineData("url", """{ "url": "http://shop.example.test/" }""")]
    [InlineData("url", """{ "url": "ftp://shop.example.test/" }""")]
    [InlineData("url", """{ "url": "https://me:secret@shop.example.test/" }""")]
    [InlineData("url", """{ "url": "https://shop.example.test/#part" }""")]
    [InlineData("eventTypes", """{ "url": "https://shop.example.test/", "eventTypes": ["user"] }""")]
    [InlineData("eventTypes", """{ "url": "https://shop.example.test/", "eventTypes": ["*"] }""")]
    [InlineData("eventTypes", """{ "url": "https://shop.example.test/", "eventTypes": ["."] }""")]
    [InlineData("eventTypes", """{ "url": "https://shop.example.test/", "eventTypes": [""] }""")]
    [InlineData("eventTypes", """{ "url": "https://shop.example.test/", "eventTypes": ["user.created session.closed"] }""")]
    [InlineData("description", """{ "url": "https://shop.example.test/", "description": "a\u0000b" }""")]
    public async Task OUT_01_What_cannot_be_a_webhook_is_refused_and_named(string member, string body)
    {
        using var manager = await system.WebhookManagerAsync();
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");

        await manager.PostAsync(WebhooksApi.Root, content, Cancellation).RefusedAsync(member);
    }

    [Fact]
    public async Task Longer_addresses_and_more_types_than_there_is_room_for_are_refused()
    {
        using var manager = await system.WebhookManagerAsync();
        var longest = Url + "/" + new string('a', 2000 - Url.Length - 1);

        await manager.PostWebhookAsync(new { url = longest }).BodyAsync(HttpStatusCode.Created);
        await manager.PostWebhookAsync(new { url = longest + "a" }).RefusedAsync("url");
        await manager.PostWebhookAsync(new { url = Url, eventTypes = Enumerable.Range(0, 51).Select(number => $"order.n{number}") }).RefusedAsync("eventTypes");
        await manager.PostWebhookAsync(new { url = Url, eventTypes = new[] { "order." + new string('a', 100) } }).RefusedAsync("eventTypes");
        await manager.PostWebhookAsync(new { url = Url, description = new string('a', 257) }).RefusedAsync("description");
    }

    [Fact]
    public async Task OUT_02_The_receiver_of_the_examples_takes_what_is_sent_once_and_refuses_what_is_forged_changed_or_sent_again_later()
    {
        await using var between = await Receiver.StartedAsync();
        using var manager = await system.WebhookManagerAsync();
        using var auditor = await system.AuditorAsync();
        var type = WebhooksApi.OwnType();
        var webhook = await manager.CreateWebhookAsync(between, type);
        await using var example = new ProgramProcess("python3", AppContext.BaseDirectory, [new("WEBHOOK_SECRET", webhook.Secret())], Repository.PathOf("docs/examples/webhook-receiver.py"), "0");
        var port = (await example.ReadToAsync("listening at"))[^1].Split(' ')[^1];
        var id = Assert.Single(await auditor.HappenAsync(type, 1, "order-7"));
        await between.UntilAsync([id]);
        var sent = Assert.Single(between.All);
        var longAgo = (long.Parse(sent.Timestamp, System.Globalization.CultureInfo.InvariantCulture) - 301).ToString(System.Globalization.CultureInfo.InvariantCulture);

        Assert.Equal(HttpStatusCode.NoContent, await PassOnAsync(sent));
        Assert.Equal(HttpStatusCode.NoContent, await PassOnAsync(sent));
        Assert.Equal(HttpStatusCode.Unauthorized, await PassOnAsync(sent with { Timestamp = longAgo }));
        Assert.Equal(HttpStatusCode.Unauthorized, await PassOnAsync(sent with { Body = [.. sent.Body[..^1], (byte)' '] }));
        Assert.Equal(HttpStatusCode.Unauthorized, await PassOnAsync(sent with { Id = Guid.CreateVersion7().ToString() }));
        Assert.Equal(HttpStatusCode.Unauthorized, await PassOnAsync(sent with { Signatures = "v1," + Convert.ToBase64String(new byte[32]) }));

        var printed = await example.ReadToAsync("refused: not signed");
        Assert.Equal([$"{type} order-7 {id}", "refused: too old, or from the future", "refused: not signed with this secret"], printed);

        async Task<HttpStatusCode> PassOnAsync(Received received)
        {
            using var client = new HttpClient();
            using var request = new HttpRequestMessage(HttpMethod.Post, $"http://127.0.0.1:{port}/") { Content = new ByteArrayContent(received.Body) };
            request.Headers.Add("webhook-id", received.Id);
            request.Headers.Add("webhook-timestamp", received.Timestamp);
            request.Headers.Add("webhook-signature", received.Signatures);
            using var answer = await client.SendAsync(request, Cancellation);
            return answer.StatusCode;
        }
    }

    private static Task<HttpResponseMessage> SendAsync(HttpClient client, string method, string path) => client.SendAsync(
        new HttpRequestMessage(new HttpMethod(method), WebhooksApi.Root + path.Replace("ID", "01890000-0000-7000-8000-000000000000", StringComparison.Ordinal))
        {
            Content = method is "GET" or "DELETE" || path.EndsWith("secrets", StringComparison.Ordinal) || path.EndsWith("resend", StringComparison.Ordinal)
                ? null
                : JsonContent.Create<object>(path.EndsWith("replay", StringComparison.Ordinal) ? new { after = 0 } : new { }),
        }, Cancellation);
}
