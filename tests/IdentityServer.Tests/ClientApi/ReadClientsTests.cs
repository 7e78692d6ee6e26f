using System.Net;
using UserDomain.IdentityServer.Tests.Protocol;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.ClientApi;

public sealed class ReadClientsTests(RunningSystem system)
{
    [Fact]
    public async Task A_list_is_read_page_by_page_in_the_order_of_the_ids()
    {
        using var manager = await system.ManagerAsync();
        var prefix = ClientCalls.UniqueId("list");
        var ids = Enumerable.Range(0, 5).Select(number => $"{prefix}-{number}").ToList();
        foreach (var clientId in ids.AsEnumerable().Reverse())
        {
            await manager.SendAsync("POST", "clients", new { clientId, type = "service" }).BodyAsync(HttpStatusCode.Created);
        }

        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var next = cursor is null ? "" : $"&cursor={cursor}";
            var page = await manager.SendAsync("GET", $"clients?query={prefix.ToUpperInvariant()}&limit=2{next}").BodyAsync();
            Assert.InRange(page.Items().Count, 1, 2);
            seen.AddRange(page.Items().Select(client => client.Text("clientId")!));
            cursor = page.Text("nextCursor");
        }
        while (cursor is not null);

        Assert.Equal(ids, seen);
    }

    [Fact]
    public async Task API_02_A_cursor_of_another_list_is_refused()
    {
        using var manager = await system.ManagerAsync();
        var cursor = (await manager.SendAsync("GET", "clients?limit=1").BodyAsync()).Text("nextCursor");

        await manager.SendAsync("GET", $"clients?limit=1&query=x&cursor={cursor}").RefusedAsync("cursor");
        await manager.SendAsync("GET", "clients?limit=201").RefusedAsync("limit");
    }

    [Fact]
    public async Task A_client_is_found_by_its_client_id()
    {
        using var manager = await system.ManagerAsync();
        var client = await manager.CreateServiceAsync();

        var found = await manager.SendAsync("GET", $"clients?clientId={client.Text("clientId")}").BodyAsync();
        var none = await manager.SendAsync("GET", $"clients?clientId={client.Text("clientId")![..^1]}").BodyAsync();

        Assert.Equal(client.GetProperty("id").GetGuid(), Assert.Single(found.Items()).GetProperty("id").GetGuid());
        Assert.Empty(none.Items());
    }

    [Fact]
    public async Task Its_roles_are_shown_and_which_clients_are_built_in()
    {
        using var manager = await system.ManagerAsync();
        var client = await manager.CreateServiceAsync();
        await system.GiveAsync(client.Text("clientId")!, "support");

        var one = await manager.SendAsync("GET", client.Path()).BodyAsync();
        var listed = await manager.SendAsync("GET", $"clients?clientId={client.Text("clientId")}").BodyAsync();
        var own = await manager.SendAsync("GET", "clients?query=user-domain:").BodyAsync();

        Assert.Equal(["support"], one.Strings("roles"));
        Assert.Equal(one.Compact(), Assert.Single(listed.Items()).Compact());
        Assert.NotEmpty(own.Items());
        Assert.All(own.Items(), builtIn => Assert.True(builtIn.GetProperty("builtIn").GetBoolean()));
    }

    [Fact]
    public async Task A_client_that_is_not_there_is_not_found()
    {
        using var manager = await system.ManagerAsync();

        await manager.SendAsync("GET", $"clients/{Guid.CreateVersion7()}").ProblemAsync(HttpStatusCode.NotFound, "client-not-found");
    }
}
