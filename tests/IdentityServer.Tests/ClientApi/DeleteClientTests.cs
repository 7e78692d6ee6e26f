using System.Net;
using Microsoft.EntityFrameworkCore;
using OpenIddict.EntityFrameworkCore.Models;
using UserDomain.IdentityServer.Tests.Protocol;
using UserDomain.IdentityStore.Sessions;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.ClientApi;

public sealed class DeleteClientTests(RunningSystem system)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_deleted_client_is_unknown_at_once_and_its_grants_and_tokens_are_gone()
    {
        using var manager = await system.ManagerAsync();
        var name = ClientCalls.UniqueId("dana");
        var user = (await system.CreateUserAsync(name)).ToString();
        var client = await manager.CreateWebAsync();
        using var visitor = system.VisitorOf(client);
        var tokens = await visitor.SignInAsync(name, RunningSystem.Password);

        await manager.SendAsync("DELETE", client.Path(), null, ("If-Match", "\"1\"")).DoneAsync();

        await manager.SendAsync("GET", client.Path()).ProblemAsync(HttpStatusCode.NotFound, "client-not-found");
        await manager.SendAsync("DELETE", client.Path()).ProblemAsync(HttpStatusCode.NotFound, "client-not-found");
        await visitor.PostTokenAsync(("grant_type", "refresh_token"), ("refresh_token", tokens.RefreshToken!)).ErrorAsync(HttpStatusCode.Unauthorized, "invalid_client");
        Assert.Equal(HttpStatusCode.Unauthorized, (await system.UserInfoAsync(tokens.AccessToken)).StatusCode);
        Assert.Equal(0, await system.InStoreAsync(store => store.Set<OpenIddictEntityFrameworkCoreAuthorization<Guid>>().CountAsync(grant => grant.Subject == user, Cancellation)));
        Assert.Equal(0, await system.InStoreAsync(store => store.Set<OpenIddictEntityFrameworkCoreToken<Guid>>().CountAsync(token => token.Subject == user, Cancellation)));
        Assert.Equal(0, await system.InStoreAsync(store => store.SessionAuthorizations.CountAsync(row => row.ClientId == client.Text("clientId"), Cancellation)));
    }

    [Fact]
    public async Task REV_01_AUZ_07_Its_access_tokens_are_revoked_and_a_client_that_gets_its_id_has_none_of_its_roles()
    {
        using var manager = await system.ManagerAsync("users:read", "sessions:read", "sessions:write");
        var client = await manager.CreateServiceAsync("users:read");
        var clientId = client.Text("clientId")!;
        await system.GiveAsync(clientId, "support");

        await manager.SendAsync("DELETE", client.Path()).DoneAsync();
        var again = await manager.SendAsync("POST", "clients", new { clientId, type = "service" }).BodyAsync(HttpStatusCode.Created);

        Assert.Equal(1, await system.InStoreAsync(store => store.Revocations.CountAsync(row => row.Kind == RevocationKinds.Client && row.Value == clientId, Cancellation)));
        Assert.Empty((await manager.SendAsync("GET", again.Path()).BodyAsync()).Strings("roles"));
        Assert.NotEqual(client.GetProperty("id").GetGuid(), again.GetProperty("id").GetGuid());
        await system.TokenAsync(client.With()).ErrorAsync(HttpStatusCode.Unauthorized, "invalid_client");
    }

    [Fact]
    public async Task AUD_02_The_trail_tells_what_it_was()
    {
        using var manager = await system.ManagerAsync();
        var client = await manager.CreateServiceAsync();
        await manager.SendAsync("DELETE", client.Path()).DoneAsync();

        var deleted = (await system.EventsAsync(client.Text("clientId")!, "client.deleted"))[^1];

        Assert.Equal("confidential", deleted.GetProperty("before").Text("clientType"));
    }
}
