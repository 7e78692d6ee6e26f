using System.Net;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;
using UserDomain.IdentityServer.Tests.Protocol;
using UserDomain.IdentityStore.Sessions;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.ClientApi;

public sealed class DisableClientTests(RunningSystem system)
{
    private const string Inactive = """{"active":false}""";

    [Fact]
    public async Task A_disabled_client_gets_no_token_and_sees_none_at_once_and_both_again_when_it_is_enabled()
    {
        using var manager = await system.ManagerAsync("users:read");
        var client = await manager.CreateServiceAsync("users:read");
        var token = (await system.TokenAsync(client.With()).BodyAsync()).Text("access_token")!;

        var disabled = await manager.SendAsync("POST", $"{client.Path()}/disable").BodyAsync();
        await system.TokenAsync(client.With()).ErrorAsync(HttpStatusCode.Unauthorized, "invalid_client");
        await system.PostAsync(client.With(), "connect/introspect", ("token", token)).ErrorAsync(HttpStatusCode.Unauthorized, "invalid_client");
        await system.PostAsync(client.With(), "connect/revoke", ("token", token)).ErrorAsync(HttpStatusCode.Unauthorized, "invalid_client");
        var enabled = await manager.SendAsync("POST", $"{client.Path()}/enable").BodyAsync();

        Assert.NotNull(disabled.Text("disabledAt"));
        Assert.Null(enabled.Text("disabledAt"));
        Assert.Equal(3, enabled.GetProperty("version").GetInt64());
        await system.TokenAsync(client.With()).BodyAsync();
    }

    [Fact]
    public async Task A_disabled_client_is_told_so_only_with_its_secret()
    {
        using var manager = await system.ManagerAsync();
        var client = await manager.CreateServiceAsync();
        await manager.SendAsync("POST", $"{client.Path()}/disable").BodyAsync();

        var known = await system.TokenAsync(client.With()).ErrorAsync(HttpStatusCode.Unauthorized, "invalid_client");
        var guessed = await system.TokenAsync(client.With("wrong")).ErrorAsync(HttpStatusCode.Unauthorized, "invalid_client");

        Assert.Equal("The client is disabled.", known.Text("error_description"));
        Assert.NotEqual(known.Text("error_description"), guessed.Text("error_description"));
    }

    [Fact]
    public async Task Nobody_is_asked_to_sign_in_to_a_disabled_client_which_is_told_so_by_redirect()
    {
        using var manager = await system.ManagerAsync();
        var client = await manager.CreateWebAsync();
        using var visitor = system.VisitorOf(client);
        await manager.SendAsync("POST", $"{client.Path()}/disable").BodyAsync();

        using var answer = await visitor.Http.GetAsync(visitor.AuthorizeUrl(), TestContext.Current.CancellationToken);

        Assert.StartsWith(WebVisitor.RedirectUri, answer.Headers.Location!.OriginalString, StringComparison.Ordinal);
        Assert.Equal("unauthorized_client", WebVisitor.QueryOf(answer)["error"]);
        var pushed = QueryHelpers.ParseQuery(visitor.AuthorizeUrl().Split('?')[1]).Where(pair => pair.Key != "client_id").Select(pair => (pair.Key, pair.Value.ToString()));
        await visitor.PostAsApplicationAsync("connect/par", [.. pushed]).ErrorAsync(HttpStatusCode.Unauthorized, "invalid_client");
    }

    [Fact]
    public async Task A_code_and_a_refresh_token_of_a_disabled_client_are_worth_nothing_also_after_it_is_enabled()
    {
        using var manager = await system.ManagerAsync();
        var name = ClientCalls.UniqueId("dora");
        await system.CreateUserAsync(name);
        var client = await manager.CreateWebAsync();
        using var visitor = system.VisitorOf(client);
        var tokens = await visitor.SignInAsync(name, RunningSystem.Password);
        var code = await visitor.CodeAsync(name, RunningSystem.Password);

        await manager.SendAsync("POST", $"{client.Path()}/disable").BodyAsync();
        await RefreshAsync().ErrorAsync(HttpStatusCode.Unauthorized, "invalid_client");
        await RedeemAsync().ErrorAsync(HttpStatusCode.Unauthorized, "invalid_client");
        await manager.SendAsync("POST", $"{client.Path()}/enable").BodyAsync();
        await RefreshAsync().ErrorAsync(HttpStatusCode.BadRequest, "invalid_grant");
        await RedeemAsync().ErrorAsync(HttpStatusCode.BadRequest, "invalid_grant");
        Assert.Equal(HttpStatusCode.Unauthorized, (await system.UserInfoAsync(tokens.AccessToken)).StatusCode);
        Assert.NotNull((await visitor.SignInAsync(name, RunningSystem.Password)).RefreshToken);

        Task<HttpResponseMessage> RefreshAsync() => visitor.PostTokenAsync(("grant_type", "refresh_token"), ("refresh_token", tokens.RefreshToken!));

        Task<HttpResponseMessage> RedeemAsync() => visitor.PostTokenAsync(
            ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", WebVisitor.RedirectUri), ("code_verifier", visitor.Verifier));
    }

    [Fact]
    public async Task REV_01_Its_access_tokens_are_entered_in_the_revocation_log_and_inactive_to_others()
    {
        using var manager = await system.ManagerAsync("users:read");
        var client = await manager.CreateServiceAsync("users:read");
        var token = (await system.TokenAsync(client.With()).BodyAsync()).Text("access_token")!;

        await manager.SendAsync("POST", $"{client.Path()}/disable").BodyAsync();
        await manager.SendAsync("POST", $"{client.Path()}/disable").BodyAsync();
        await manager.SendAsync("POST", $"{client.Path()}/enable").BodyAsync();

        Assert.Equal(Inactive, (await system.PostAsync(client.With(), "connect/introspect", ("token", token)).BodyAsync()).Compact());
        Assert.Equal(1, await system.InStoreAsync(store => store.Revocations.CountAsync(
            row => row.Kind == RevocationKinds.Client && row.Value == client.Text("clientId"), TestContext.Current.CancellationToken)));
    }

    [Fact]
    public async Task AUD_02_The_trail_tells_of_both_once_however_often_they_are_asked_for()
    {
        using var manager = await system.ManagerAsync();
        var client = await manager.CreateServiceAsync();
        foreach (var action in new[] { "disable", "disable", "enable", "enable" })
        {
            await manager.SendAsync("POST", $"{client.Path()}/{action}").BodyAsync();
        }

        var events = await system.EventsAsync(client.Text("clientId")!, "client.enabled");

        Assert.Equal(["client.created", "client.disabled", "client.enabled"], events.Select(audit => audit.Text("type")));
        Assert.NotNull(events[1].GetProperty("after").Text("disabledAt"));
    }

    [Fact]
    public async Task A_client_that_keeps_no_secret_is_refused_as_well()
    {
        using var manager = await system.ManagerAsync();
        var client = await manager.SendAsync("POST", "clients", new { clientId = ClientCalls.UniqueId("spa"), type = "spa", redirectUris = new[] { ClientCalls.Callback } })
            .BodyAsync(HttpStatusCode.Created);
        await manager.SendAsync("POST", $"{client.Path()}/disable").BodyAsync();

        await system.PostAsync("connect/token", ("grant_type", "authorization_code"), ("client_id", client.Text("clientId")!), ("code", "c"),
            ("redirect_uri", ClientCalls.Callback), ("code_verifier", new string('v', 43))).ErrorAsync(HttpStatusCode.Unauthorized, "invalid_client");
    }
}
