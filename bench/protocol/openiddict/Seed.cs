using Microsoft.AspNetCore.Identity;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace UserDomain.OpenIddictPeer;

/// <summary>The clients, scopes and the user of the bench, made at the first start.</summary>
internal static class Seed
{
    /// <summary>Scopes of the API that access tokens are for.</summary>
    public static readonly string[] ApiScopes = ["profile:self", "roles:read"];

    private const string Audience = "urn:bench:api";

    public static async Task ApplyAsync(WebApplication app)
    {
        await using var scope = app.Services.CreateAsyncScope();
        if (!await scope.ServiceProvider.GetRequiredService<PeerStore>().Database.EnsureCreatedAsync())
        {
            return;
        }

        await AddClientsAsync(scope.ServiceProvider.GetRequiredService<IOpenIddictApplicationManager>(), app.Configuration["PEER_CLIENT_SECRET"]!);
        await AddScopesAsync(scope.ServiceProvider.GetRequiredService<IOpenIddictScopeManager>());
        await AddUserAsync(scope.ServiceProvider.GetRequiredService<UserManager<IdentityUser>>(), app.Configuration["PEER_PASSWORD"]!);
    }

    private static async Task AddClientsAsync(IOpenIddictApplicationManager clients, string secret)
    {
        var web = new OpenIddictApplicationDescriptor
        {
            ClientId = "bench-web",
            ClientSecret = secret,
            ConsentType = ConsentTypes.Implicit,
            RedirectUris = { new("http://localhost:9/callback") },
            Permissions =
            {
                Permissions.Endpoints.Authorization, Permissions.Endpoints.Token, Permissions.Endpoints.Introspection,
                Permissions.GrantTypes.AuthorizationCode, Permissions.GrantTypes.RefreshToken, Permissions.ResponseTypes.Code,
            },
        };
        var service = new OpenIddictApplicationDescriptor
        {
            ClientId = "bench-service",
            ClientSecret = secret,
            Permissions = { Permissions.Endpoints.Token, Permissions.GrantTypes.ClientCredentials },
        };
        foreach (var client in new[] { web, service })
        {
            client.Permissions.UnionWith(PeerRegistration.ScopeNames.Select(name => Permissions.Prefixes.Scope + name));
            await clients.CreateAsync(client);
        }
    }

    private static async Task AddScopesAsync(IOpenIddictScopeManager scopes)
    {
        foreach (var name in ApiScopes)
        {
            await scopes.CreateAsync(new OpenIddictScopeDescriptor { Name = name, Resources = { Audience } });
        }
    }

    private static async Task AddUserAsync(UserManager<IdentityUser> users, string password)
    {
        var user = new IdentityUser("bench-user") { Email = "bench-user@example.test", EmailConfirmed = true };
        if (await users.CreateAsync(user, password) is { Succeeded: false } result)
        {
            throw new InvalidOperationException(result.ToString());
        }
    }
}
