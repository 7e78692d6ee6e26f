using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using Microsoft.IdentityModel.JsonWebTokens;
using UserDomain.Database;
using UserDomain.IdentityServer.Clients;
using UserDomain.IdentityStore;
using UserDomain.IdentityStore.Roles;
using UserDomain.IdentityStore.Sessions;

namespace UserDomain.Testing;

/// <summary>Who calls the product in tests: services and people with tokens, and browsers.</summary>
public static class Callers
{
    /// <summary>A client with the token of a fresh service that may use these scopes and holds a fresh role with these permissions.</summary>
    /// <param name="system">Where.</param>
    /// <param name="scopes">Scopes of one API.</param>
    /// <param name="permissions">Permissions; by default those of the scopes.</param>
    public static async Task<HttpClient> ClientWithAsync(this RunningSystem system, string[] scopes, string[]? permissions = null)
    {
        var id = $"service-{RandomNumberGenerator.GetHexString(12, lowercase: true)}";
        var secret = await system.RegisterAsync(new(id, ClientType.Service) { Scopes = scopes });
        await system.InStoreAsync(async store =>
        {
            await GiveAsync(store, permissions ?? scopes, role => new() { Id = Guid.CreateVersion7(), RoleId = role.Id, ClientId = id, CreatedAt = TimeProvider.System.GetUtcNow() });
            return await store.SaveChangesAsync();
        });
        return system.WithToken(await system.TokenAsync(new()
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = id,
            ["client_secret"] = secret!,
            ["scope"] = string.Join(' ', scopes),
        }));
    }

    /// <summary>A client with the access token of a user who really signed in, through a fresh web application.</summary>
    public static async Task<HttpClient> SignedInAsync(this RunningSystem system, Guid userId, params string[] scopes)
    {
        var visitor = await system.VisitorAsync(scopes);
        var name = await system.InStoreAsync(store => Task.FromResult(store.Users.Single(user => user.Id == userId).UserName!));
        return system.WithToken((await visitor.SignInAsync(name, RunningSystem.Password)).AccessToken);
    }

    /// <summary>A browser in front of a fresh web application that asks for these scopes.</summary>
    public static Task<WebVisitor> VisitorAsync(this RunningSystem system, params string[] scopes) => system.VisitorOfAsync(
        new($"web-{RandomNumberGenerator.GetHexString(12, lowercase: true)}", ClientType.Web) { Scopes = ["openid", "profile", "email", "offline_access", .. scopes] },
        ["openid", .. scopes]);

    /// <summary>A browser in front of a web application; its redirect URIs are filled in here.</summary>
    internal static async Task<WebVisitor> VisitorOfAsync(this RunningSystem system, ClientSpec client, string[]? scopes = null)
    {
        var secret = await system.RegisterAsync(client with { RedirectUris = [WebVisitor.RedirectUri], PostLogoutRedirectUris = [WebVisitor.PostLogoutRedirectUri] });
        return new(system.PublicUrl, client.ClientId, client.ClientSecret ?? secret!, scopes ?? [.. client.Scopes], system.Reach);
    }

    private static async Task GiveAsync(IdentityStoreContext store, string[] permissions, Func<Role, RoleAssignment> assign)
    {
        var now = TimeProvider.System.GetUtcNow();
        var name = $"role-{RandomNumberGenerator.GetHexString(12, lowercase: true)}";
        var role = new Role { Id = Guid.CreateVersion7(), Name = name, NormalizedName = Role.Normalize(name), CreatedAt = now, UpdatedAt = now };
        foreach (var permission in permissions)
        {
            if (store.Permissions.SingleOrDefault(row => row.Name == permission) is { } known)
            {
                role.Permissions.Add(known);
            }
        }

        store.Roles.Add(role);
        store.RoleAssignments.Add(assign(role));
        await store.SaveChangesAsync();
    }

    private static async Task<string> TokenAsync(this RunningSystem system, Dictionary<string, string> form)
    {
        using var client = system.Anonymous();
        using var response = await client.PostAsync(new Uri("connect/token", UriKind.Relative), new FormUrlEncodedContent(form));
        var answer = await response.Content.ReadFromJsonAsync<TokenAnswer>();
        return response.StatusCode == HttpStatusCode.OK ? answer!.AccessToken : throw new InvalidOperationException(await response.Content.ReadAsStringAsync());
    }

    /// <summary>A client that sends an access token.</summary>
    public static HttpClient WithToken(this RunningSystem system, string token)
    {
        var client = system.Anonymous();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    /// <summary>Revokes the access token of a client.</summary>
    public static Task EndAccessOfAsync(this RunningSystem system, HttpClient client) => system.InStoreAsync(store =>
    {
        store.Revocations.Add(Revocation.Of(RevocationKinds.Token, new JsonWebToken(client.DefaultRequestHeaders.Authorization!.Parameter).Id, TimeProvider.System.GetStoredNow()));
        return store.SaveChangesAsync();
    });
}
