using System.Net;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using OpenIddict.EntityFrameworkCore.Models;
using UserDomain.IdentityServer.Clients;
using UserDomain.IdentityServer.Tests.Protocol;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.ClientApi;

public sealed class ClientSecretTests(RunningSystem system)
{
    [Fact]
    public async Task CLI_01_Two_secrets_are_valid_at_a_time_and_a_deleted_one_is_not_any_more()
    {
        using var manager = await system.ManagerAsync();
        var client = await manager.CreateServiceAsync();

        var second = await manager.SendAsync("POST", $"{client.Path()}/secrets").BodyAsync(HttpStatusCode.Created);
        await system.TokenAsync(client.With()).BodyAsync();
        await system.TokenAsync(client.With(second.Text("clientSecret"))).BodyAsync();
        await manager.SendAsync("DELETE", $"{client.Path()}/secrets/{client.Secrets()[0]}").DoneAsync();

        await system.TokenAsync(client.With()).ErrorAsync(HttpStatusCode.Unauthorized, "invalid_client");
        await system.TokenAsync(client.With(second.Text("clientSecret"))).BodyAsync();
        Assert.Equal(43, second.Text("clientSecret")!.Length);
        Assert.Equal([second.GetProperty("id").GetGuid()], (await manager.SendAsync("GET", client.Path()).BodyAsync()).Secrets());
    }

    [Fact]
    public async Task CLI_01_Of_many_secrets_asked_for_at_once_one_is_made_and_the_refusal_names_the_oldest()
    {
        using var manager = await system.ManagerAsync();
        var client = await manager.CreateServiceAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => manager.SendAsync("POST", $"{client.Path()}/secrets")));

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.Created);
        foreach (var refused in answers.Where(answer => answer.StatusCode != HttpStatusCode.Created))
        {
            var problem = await Task.FromResult(refused).ProblemAsync(HttpStatusCode.Conflict, "too-many-client-secrets");
            Assert.Contains(client.Secrets()[0].ToString(), problem.Text("detail"), StringComparison.Ordinal);
        }

        Assert.Equal(2, (await manager.SendAsync("GET", client.Path()).BodyAsync()).Secrets().Count);
    }

    [Fact]
    public async Task The_last_secret_stays_and_one_that_is_not_there_is_not_found()
    {
        using var manager = await system.ManagerAsync();
        var client = await manager.CreateServiceAsync();

        await manager.SendAsync("DELETE", $"{client.Path()}/secrets/{client.Secrets()[0]}").ProblemAsync(HttpStatusCode.Conflict, "last-client-secret");
        await manager.SendAsync("DELETE", $"{client.Path()}/secrets/{Guid.CreateVersion7()}").ProblemAsync(HttpStatusCode.NotFound, "client-secret-not-found");
        await system.TokenAsync(client.With()).BodyAsync();
    }

    [Fact]
    public async Task A_client_that_cannot_keep_a_secret_is_given_none()
    {
        using var manager = await system.ManagerAsync();
        var client = await manager.SendAsync("POST", "clients", new { clientId = ClientCalls.UniqueId("spa"), type = "spa", redirectUris = new[] { ClientCalls.Callback } })
            .BodyAsync(HttpStatusCode.Created);

        await manager.SendAsync("POST", $"{client.Path()}/secrets").ProblemAsync(HttpStatusCode.UnprocessableEntity, "client-keeps-no-secret");
        Assert.False(client.TryGetProperty("clientSecret", out _));
    }

    [Fact]
    public async Task API_03_KEY_04_A_repeated_request_makes_one_secret_and_shows_it_once()
    {
        using var manager = await system.ManagerAsync();
        var client = await manager.CreateServiceAsync();

        var first = await manager.SendAsync("POST", $"{client.Path()}/secrets", null, ("Idempotency-Key", "k")).BodyAsync(HttpStatusCode.Created);
        var second = await manager.SendAsync("POST", $"{client.Path()}/secrets", null, ("Idempotency-Key", "k")).BodyAsync(HttpStatusCode.Created);

        Assert.Equal(first.GetProperty("id").GetGuid(), second.GetProperty("id").GetGuid());
        Assert.NotNull(first.Text("clientSecret"));
        Assert.False(second.TryGetProperty("clientSecret", out _));
    }

    [Fact]
    public async Task A_client_changes_its_own_secret_but_nothing_else_of_itself()
    {
        using var itself = await system.ManagerAsync();
        var client = Assert.Single((await itself.SendAsync("GET", $"clients?clientId={itself.ClientId()}").BodyAsync()).Items());

        await itself.SendAsync("PATCH", client.Path(), new { scopes = Array.Empty<string>() }).ProblemAsync(HttpStatusCode.Forbidden, "self-not-allowed");
        await itself.SendAsync("POST", $"{client.Path()}/disable").ProblemAsync(HttpStatusCode.Forbidden, "self-not-allowed");
        await itself.SendAsync("POST", $"{client.Path()}/enable").ProblemAsync(HttpStatusCode.Forbidden, "self-not-allowed");
        await itself.SendAsync("DELETE", client.Path()).ProblemAsync(HttpStatusCode.Forbidden, "self-not-allowed");

        // With the secret end the tokens it was good for.
        var second = await itself.SendAsync("POST", $"{client.Path()}/secrets").BodyAsync(HttpStatusCode.Created);
        await itself.SendAsync("DELETE", $"{client.Path()}/secrets/{client.Secrets()[0]}").DoneAsync();
        await system.TokenAsync(client.With(second.Text("clientSecret"))).BodyAsync();
    }

    [Fact]
    public async Task A_client_an_early_version_has_stored_keeps_its_secret_and_gets_a_second_one()
    {
        using var manager = await system.ManagerAsync();
        var client = await manager.CreateServiceAsync();
        await system.InStoreAsync(async store =>
        {
            var row = await store.Set<OpenIddictEntityFrameworkCoreApplication<Guid>>().SingleAsync(row => row.ClientId == client.Text("clientId"), TestContext.Current.CancellationToken);
            row.Properties = null;
            system.PartOf<ClientSnapshots>().Forget(row);
            return await store.SaveChangesAsync(TestContext.Current.CancellationToken);
        });

        var read = await manager.SendAsync("GET", client.Path()).BodyAsync();
        var second = await manager.SendAsync("POST", $"{client.Path()}/secrets").BodyAsync(HttpStatusCode.Created);

        Assert.Equal("service", read.Text("type"));
        Assert.Equal(JsonValueKind.Null, read.GetProperty("secrets")[0].GetProperty("createdAt").ValueKind);
        await system.TokenAsync(client.With()).BodyAsync();
        await system.TokenAsync(client.With(second.Text("clientSecret"))).BodyAsync();
        await manager.SendAsync("DELETE", $"{client.Path()}/secrets/{read.Secrets()[0]}").DoneAsync();
        await system.TokenAsync(client.With()).ErrorAsync(HttpStatusCode.Unauthorized, "invalid_client");
    }

    [Fact]
    public async Task The_secret_of_a_seed_file_is_left_alone_while_it_is_one_of_the_two_and_takes_their_place_when_it_is_not()
    {
        using var manager = await system.ManagerAsync();
        var seeded = new ClientSpec(ClientCalls.UniqueId("seeded"), ClientType.Service) { ClientSecret = ClientCalls.UniqueId("the-secret-of-the-file-0001") };
        await system.RegisterAsync(seeded);
        var client = Assert.Single((await manager.SendAsync("GET", $"clients?clientId={seeded.ClientId}").BodyAsync()).Items());
        var second = await manager.SendAsync("POST", $"{client.Path()}/secrets").BodyAsync(HttpStatusCode.Created);

        await system.RegisterAsync(seeded);
        var same = await manager.SendAsync("GET", client.Path()).BodyAsync();
        await manager.SendAsync("DELETE", $"{client.Path()}/secrets/{client.Secrets()[0]}").DoneAsync();
        await system.RegisterAsync(seeded);

        Assert.Equal([.. client.Secrets(), second.GetProperty("id").GetGuid()], same.Secrets());
        Assert.Equal(2, same.GetProperty("version").GetInt64());
        await system.TokenAsync(client.With(seeded.ClientSecret)).BodyAsync();
        await system.TokenAsync(client.With(second.Text("clientSecret"))).ErrorAsync(HttpStatusCode.Unauthorized, "invalid_client");
    }

    [Fact]
    public async Task AUD_02_The_trail_tells_which_secret_was_made_and_deleted()
    {
        using var manager = await system.ManagerAsync();
        var client = await manager.CreateServiceAsync();
        var second = await manager.SendAsync("POST", $"{client.Path()}/secrets").BodyAsync(HttpStatusCode.Created);
        await manager.SendAsync("DELETE", $"{client.Path()}/secrets/{client.Secrets()[0]}").DoneAsync();

        var events = await system.EventsAsync(client.Text("clientId")!, "client.secret-deleted");

        Assert.Equal(["client.created", "client.secret-created", "client.secret-deleted"], events.Select(audit => audit.Text("type")));
        Assert.Equal(second.Text("id"), events[1].GetProperty("after").Text("id"));
        Assert.Equal(client.Secrets()[0].ToString(), events[2].GetProperty("before").Text("id"));
    }
}
