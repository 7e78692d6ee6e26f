using System.Net;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using UserDomain.Contracts;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.SignIn;

/// <summary>The product by a clock of the tests, and what they share.</summary>
public sealed class LaterSystem : IAsyncLifetime
{
    private static readonly string[] ManageRoles = [Scopes.RolesRead, Scopes.RolesWrite];

    public LaterSystem() => System = RunningSystem.At(Clock);

    public MovedClock Clock { get; } = new();

    public RunningSystem System { get; }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => System.InitializeAsync();

    public ValueTask DisposeAsync() => System.DisposeAsync();

    /// <summary>A caller for roles; their token is as old as all tokens get.</summary>
    public Task<HttpClient> RolesAsync() => System.ClientWithAsync(ManageRoles);

    /// <summary>Has a user hold a role of these times in one of several ways.</summary>
    public async Task<Guid> HoldAsync(Guid user, string held, object times)
    {
        using var roles = await RolesAsync();
        var name = Fresh();
        var role = await CreateAsync(roles, "roles", new { name });
        await ChangeAsync(roles, role, times);
        var group = await CreateAsync(roles, "groups", new { name = Fresh() });
        switch (held)
        {
            case "group":
                await GiveAsync(roles, role, groupId: group);
                await JoinAsync(roles, group, user);
                break;
            case "included":
                var middle = Fresh();
                await CreateAsync(roles, "roles", new { name = middle, includes = new[] { name } });
                await GiveAsync(roles, await CreateAsync(roles, "roles", new { name = Fresh(), includes = new[] { middle } }), userId: user);
                break;
            case "shortest":
                await GiveAsync(roles, await CreateAsync(roles, "roles", new { name = Fresh(), sessionIdleTimeout = 1800, sessionLifetime = 7200 }), userId: user);
                await GiveAsync(roles, role, userId: user);
                break;
            default:
                await GiveAsync(roles, role, userId: user);
                break;
        }

        return role;
    }

    public async Task<string> NameOfAsync(Guid user) => await System.InStoreAsync(store => store.Users.Where(row => row.Id == user).Select(row => row.UserName!).SingleAsync(Cancellation));

    public async Task<WebVisitor> SignInAsync(Guid user)
    {
        var visitor = await System.VisitorAsync();
        await visitor.SignInAsync(await NameOfAsync(user), RunningSystem.Password);
        return visitor;
    }

    public static async Task<bool> IsSignedInAsync(WebVisitor visitor) =>
        WebVisitor.QueryOf(await visitor.Http.GetAsync(visitor.AuthorizeUrl(("prompt", "none")), Cancellation)).ContainsKey("code");

    public async Task<JsonElement> SessionOfAsync(Guid user)
    {
        using var sessions = await System.ClientWithAsync([Scopes.SessionsRead]);
        return Assert.Single((await sessions.GetAsync($"api/v1/sessions?user={user}", Cancellation).BodyAsync()).Items());
    }

    public static string Fresh() => $"n-{Guid.CreateVersion7():N}";

    public static async Task<Guid> CreateAsync(HttpClient client, string what, object body) =>
        (await client.PostAsJsonAsync($"api/v1/{what}", body, Cancellation).BodyAsync(HttpStatusCode.Created)).GetProperty("id").GetGuid();

    public static Task<Guid> GiveAsync(HttpClient client, Guid roleId, Guid? userId = null, Guid? groupId = null) => CreateAsync(client, "role-assignments", new { roleId, userId, groupId });

    public static Task<JsonElement> ChangeAsync(HttpClient client, Guid role, object change) => client.PatchAsJsonAsync($"api/v1/roles/{role}", change, Cancellation).BodyAsync();

    public static async Task JoinAsync(HttpClient client, Guid group, Guid user)
    {
        using var answer = await client.PutAsync($"api/v1/groups/{group}/members/{user}", null, Cancellation);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
    }
}
