using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using UserDomain.IdentityServer.Clients;
using UserDomain.IdentityServer.SignIn.Passwords;
using UserDomain.IdentityStore;
using UserDomain.IdentityStore.Roles;
using UserDomain.IdentityStore.Users;

namespace UserDomain.Testing;

/// <summary>Applications and people that tests make.</summary>
public static class Arrangements
{
    /// <summary>Registers an application as an operator would.</summary>
    /// <param name="system">Where.</param>
    /// <param name="type"><c>web</c>, <c>spa</c> or <c>native</c>, as in a seed file.</param>
    /// <param name="redirectUri">Where it wants its codes.</param>
    /// <param name="postLogoutRedirectUri">Where it wants people back after signing out.</param>
    /// <param name="scopes">What it may ask for beside the protocol's own scopes.</param>
    /// <returns>Its id, and its secret if it can keep one.</returns>
    public static Task<(string ClientId, string? ClientSecret)> RegisterAsync(this RunningSystem system, string type, Uri redirectUri, Uri postLogoutRedirectUri, params string[] scopes) =>
        system.RegisterSignedAsync(type, algorithm: null, redirectUri, postLogoutRedirectUri, scopes);

    /// <summary>Registers an application that has all that can be signed for it signed by one algorithm.</summary>
    /// <param name="system">Where.</param>
    /// <param name="type"><c>web</c>, <c>spa</c> or <c>native</c>, as in a seed file.</param>
    /// <param name="algorithm">The algorithm; null for an ordinary application.</param>
    /// <param name="redirectUri">Where it wants its codes.</param>
    /// <param name="postLogoutRedirectUri">Where it wants people back after signing out.</param>
    /// <param name="scopes">What it may ask for beside the protocol's own scopes.</param>
    /// <returns>Its id, and its secret if it can keep one.</returns>
    public static async Task<(string ClientId, string? ClientSecret)> RegisterSignedAsync(
        this RunningSystem system, string type, string? algorithm, Uri redirectUri, Uri postLogoutRedirectUri, params string[] scopes)
    {
        var client = new ClientSpec($"{type}-{RandomNumberGenerator.GetHexString(12, lowercase: true)}", Enum.Parse<ClientType>(type, ignoreCase: true))
        {
            RedirectUris = [redirectUri.OriginalString],
            PostLogoutRedirectUris = [postLogoutRedirectUri.OriginalString],
            Scopes = ["openid", "profile", "email", "offline_access", .. scopes],
            IdTokenSignedResponseAlg = algorithm,
            UserinfoSignedResponseAlg = algorithm,
            IntrospectionSignedResponseAlg = algorithm,
            AuthorizationSignedResponseAlg = algorithm,
        };
        return (client.ClientId, await system.RegisterAsync(client));
    }

    /// <summary>Registers a service that publishes its keys.</summary>
    /// <param name="system">Where.</param>
    /// <param name="keys">Where it publishes them.</param>
    /// <param name="scopes">What it may ask for.</param>
    /// <returns>Its id.</returns>
    public static async Task<string> RegisterServiceAsync(this RunningSystem system, Uri keys, params string[] scopes)
    {
        var id = $"service-{RandomNumberGenerator.GetHexString(12, lowercase: true)}";
        await system.RegisterAsync(new(id, ClientType.Service) { Scopes = scopes, JwksUri = keys.AbsoluteUri });
        return id;
    }

    /// <summary>Registers a client.</summary>
    /// <returns>Its secret, if it has one.</returns>
    internal static async Task<string?> RegisterAsync(this RunningSystem system, ClientSpec client)
    {
        await using var scope = system.CreateScope();
        var secret = await scope.ServiceProvider.GetRequiredService<ClientRegistrar>().ApplyAsync(client, CancellationToken.None);
        await scope.ServiceProvider.GetRequiredService<IdentityStoreContext>().SaveChangesAsync();
        return secret;
    }

    /// <summary>Makes a user with <see cref="RunningSystem.Password"/>, directly in the store.</summary>
    public static async Task<Guid> CreateUserAsync(this RunningSystem system, string? userName = null, string? password = null, params string[] roles)
    {
        var name = userName ?? $"user-{RandomNumberGenerator.GetHexString(12, lowercase: true)}";
        await using var scope = system.CreateScope();
        var hash = scope.ServiceProvider.GetRequiredService<PasswordHasher>().Hash(password ?? RunningSystem.Password);
        return await system.InStoreAsync(async store =>
        {
            var user = UserFactory.Create(name, $"{name}@example.test", emailVerified: true, TimeProvider.System.GetUtcNow());
            user.PasswordHash = hash;
            store.Users.Add(user);
            foreach (var role in roles)
            {
                var normalized = Role.Normalize(role);
                store.RoleAssignments.Add(new() { Id = Guid.CreateVersion7(), RoleId = store.Roles.Single(row => row.NormalizedName == normalized).Id, UserId = user.Id, CreatedAt = user.CreatedAt });
            }

            await store.SaveChangesAsync();
            return user.Id;
        });
    }
}
