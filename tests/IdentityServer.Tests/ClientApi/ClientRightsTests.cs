using System.Net;
using System.Text.Json;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.ClientApi;

/// <summary>AUZ-04: nobody makes, changes or ends a client with rights above their own.</summary>
public sealed class ClientRightsTests(RunningSystem system)
{
    [Fact]
    public async Task AUZ_04_Nobody_gives_a_client_a_scope_whose_permission_they_do_not_hold()
    {
        using var manager = await system.ManagerAsync("users:read");
        var client = await manager.CreateServiceAsync("users:read", "profile:self");

        var refused = await manager.SendAsync("POST", "clients", new { clientId = ClientCalls.UniqueId(), type = "service", scopes = new[] { "users:write" } })
            .ProblemAsync(HttpStatusCode.Forbidden, "above-own-rights");
        await manager.SendAsync("PATCH", client.Path(), new { scopes = new[] { "users:read", "audit:read" } }).ProblemAsync(HttpStatusCode.Forbidden, "above-own-rights");

        Assert.Contains("users:write", refused.Text("detail"), StringComparison.Ordinal);
    }

    public static TheoryData<string, string> Acts => new()
    {
        { "PATCH", "" },
        { "DELETE", "" },
        { "POST", "/disable" },
        { "POST", "/enable" },
        { "POST", "/secrets" },
        { "DELETE", "/secrets/{secretId}" },
    };

    [Theory]
    [MemberData(nameof(Acts))]
    public async Task AUZ_04_Nobody_touches_a_client_whose_scopes_or_roles_reach_further_than_they_do(string method, string path)
    {
        using var manager = await system.ManagerAsync("users:read");
        using var mighty = await system.ManagerAsync("users:read", "users:write", "sessions:read", "sessions:write");
        var byScope = await mighty.CreateServiceAsync("users:write");
        var byRole = await manager.CreateServiceAsync("users:read");
        await system.GiveAsync(byRole.Text("clientId")!, "support");

        await SendAsync(manager, byScope).ProblemAsync(HttpStatusCode.Forbidden, "above-own-rights");
        await SendAsync(manager, byRole).ProblemAsync(HttpStatusCode.Forbidden, "above-own-rights");

        await system.GiveAsync(byRole.Text("clientId")!, "administrator");
        await SendAsync(mighty, byRole).ProblemAsync(HttpStatusCode.Forbidden, "above-own-rights");

        Task<HttpResponseMessage> SendAsync(HttpClient caller, JsonElement client) => caller.SendAsync(
            method, client.Path() + path.Replace("{secretId}", client.Secrets()[0].ToString(), StringComparison.Ordinal), method == "PATCH" ? new { displayName = "taken" } : null);
    }

    [Fact]
    public async Task AUZ_04_What_the_caller_lost_a_moment_ago_counts_as_lost()
    {
        using var manager = await system.ManagerAsync("users:read");
        await system.InStoreAsync(async store =>
        {
            store.RoleAssignments.RemoveRange(store.RoleAssignments.Where(assignment => assignment.ClientId == manager.ClientId()));
            return await store.SaveChangesAsync(TestContext.Current.CancellationToken);
        });

        await manager.SendAsync("POST", "clients", new { clientId = ClientCalls.UniqueId(), type = "service", scopes = new[] { "users:read" } })
            .ProblemAsync(HttpStatusCode.Forbidden, "above-own-rights");
    }

    [Fact]
    public async Task AUZ_04_An_administrator_may_do_all_of_it()
    {
        using var administrator = await system.ManagerAsync();
        await system.GiveAsync(administrator.ClientId(), "administrator");
        var client = await administrator.CreateServiceAsync("users:write", "audit:write");
        await system.GiveAsync(client.Text("clientId")!, "administrator");

        await administrator.SendAsync("PATCH", client.Path(), new { displayName = "Changed" }).BodyAsync();
        await administrator.SendAsync("POST", $"{client.Path()}/secrets").BodyAsync(HttpStatusCode.Created);
        await administrator.SendAsync("DELETE", client.Path()).DoneAsync();
    }

    [Theory]
    [MemberData(nameof(Acts))]
    public async Task The_products_own_clients_stay_as_they_are_whoever_asks(string method, string path)
    {
        using var administrator = await system.ManagerAsync();
        await system.GiveAsync(administrator.ClientId(), "administrator");
        foreach (var client in (await administrator.SendAsync("GET", "clients?query=user-domain:").BodyAsync()).Items())
        {
            await administrator.SendAsync(method, client.Path() + path.Replace("{secretId}", client.Secrets()[0].ToString(), StringComparison.Ordinal),
                method == "PATCH" ? new { displayName = "taken" } : null).ProblemAsync(HttpStatusCode.Conflict, "client-built-in");
        }
    }
}
