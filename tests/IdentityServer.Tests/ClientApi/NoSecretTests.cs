using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using OpenIddict.EntityFrameworkCore.Models;
using UserDomain.Database.Idempotency;
using UserDomain.IdentityServer.Tests.Protocol;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.ClientApi;

public sealed class NoSecretTests(RunningSystem system)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task KEY_04_After_its_creation_no_answer_no_event_and_no_row_holds_a_secret_and_no_answer_a_hash()
    {
        using var manager = await system.ManagerAsync();
        using var auditor = await system.ClientWithAsync(["audit:read"]);
        var body = new { clientId = ClientCalls.UniqueId(), type = "service" };
        var client = await manager.SendAsync("POST", "clients", body, ("Idempotency-Key", body.clientId)).BodyAsync(HttpStatusCode.Created);
        var second = await manager.SendAsync("POST", $"{client.Path()}/secrets", null, ("Idempotency-Key", body.clientId)).BodyAsync(HttpStatusCode.Created);
        string[] secrets = [client.Text("clientSecret")!, second.Text("clientSecret")!];
        var row = await system.InStoreAsync(store => store.Set<OpenIddictEntityFrameworkCoreApplication<Guid>>().SingleAsync(one => one.ClientId == body.clientId, Cancellation));
        var kept = await system.InStoreAsync(store => store.Set<IdempotencyRecord>().Select(record => record.Body).ToListAsync(Cancellation));

        string[] answers =
        [
            (await manager.SendAsync("POST", "clients", body, ("Idempotency-Key", body.clientId)).BodyAsync(HttpStatusCode.Created)).Compact(),
            (await manager.SendAsync("POST", $"{client.Path()}/secrets", null, ("Idempotency-Key", body.clientId)).BodyAsync(HttpStatusCode.Created)).Compact(),
            (await manager.SendAsync("GET", client.Path()).BodyAsync()).Compact(),
            (await manager.SendAsync("GET", $"clients?clientId={body.clientId}").BodyAsync()).Compact(),
            (await manager.SendAsync("PATCH", client.Path(), new { displayName = "Changed" }).BodyAsync()).Compact(),
            (await manager.SendAsync("POST", $"{client.Path()}/disable").BodyAsync()).Compact(),
            (await manager.SendAsync("POST", $"{client.Path()}/enable").BodyAsync()).Compact(),
            (await manager.SendAsync("POST", $"{client.Path()}/secrets").BodyAsync(HttpStatusCode.Conflict)).Compact(),
            (await manager.SendAsync("POST", "clients", body).BodyAsync(HttpStatusCode.Conflict)).Compact(),
            .. (await system.EventsAsync(body.clientId, "client.enabled")).Select(audit => audit.Compact()),
        ];

        string[] stored = [row.ClientSecret!, row.Properties!, .. kept];
        Assert.DoesNotContain(stored.Concat(answers), text => secrets.Any(secret => text.Contains(secret, StringComparison.Ordinal) || text.Contains(Sha256(secret), StringComparison.Ordinal)));
        Assert.DoesNotContain(answers.Concat(kept), text => text.Contains("hmac-sha256", StringComparison.Ordinal) || text.Contains("\"hash\"", StringComparison.Ordinal));
        Assert.Contains("hmac-sha256$", row.ClientSecret, StringComparison.Ordinal);
    }

    private static string Sha256(string secret) => Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}
