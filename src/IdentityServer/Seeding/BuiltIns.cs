using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;
using UserDomain.Contracts;
using UserDomain.Database;
using UserDomain.Events;
using UserDomain.IdentityServer.Clients;
using UserDomain.IdentityServer.Protocol;
using UserDomain.IdentityStore;
using UserDomain.IdentityStore.Roles;
using UserDomain.ServiceDefaults.Backchannel;
using UserDomain.ServiceDefaults.Hosting;
using UserDomain.ServiceDefaults.Secrets;

namespace UserDomain.IdentityServer.Seeding;

/// <summary>What exists from the first start: permissions, roles, and the clients our own services are.</summary>
internal sealed class BuiltIns(
    IdentityStoreContext store, ClientRegistrar clients, AuditRecorder audit, KeyEncryptionKey root, UserDomainSettings settings, TimeProvider time)
{
    public async Task ApplyAsync(CancellationToken cancellationToken)
    {
        await ApplyPermissionsAsync(cancellationToken);
        await ApplyRolesAsync(cancellationToken);
        foreach (var (service, scopes) in ServiceCredentials.Scopes)
        {
            await clients.ApplyAsync(new(ServiceCredentials.ClientIdOf(service), ClientType.Service)
            {
                DisplayName = service,
                ClientSecret = ServiceCredentials.SecretOf(root, service),
                Scopes = scopes,
            }, cancellationToken);
        }

        await clients.ApplyAsync(Console(), cancellationToken);
    }

    private ClientSpec Console() => new(ServiceCredentials.ClientIdOf(Services.AdminUi), ClientType.Web)
    {
        DisplayName = "Console",
        ClientSecret = ServiceCredentials.SecretOf(root, Services.AdminUi),
        RedirectUris = [new Uri(settings.PublicUrl, "admin/signin-oidc").AbsoluteUri],
        PostLogoutRedirectUris = [new Uri(settings.PublicUrl, "admin/signout-callback-oidc").AbsoluteUri],
        IdTokenSignedResponseAlg = OpenIddictConstants.Algorithms.EcdsaSha256,
        Scopes =
        [
            OpenIdScopes.OpenId, OpenIdScopes.Profile, OpenIdScopes.Email, OpenIdScopes.OfflineAccess,
            Scopes.UsersRead, Scopes.UsersWrite, Scopes.RolesRead, Scopes.RolesWrite, Scopes.SessionsRead, Scopes.SessionsWrite, Scopes.AuditRead,
        ],
    };

    private async Task ApplyPermissionsAsync(CancellationToken cancellationToken)
    {
        var known = await store.Permissions.Select(permission => permission.Name).ToListAsync(cancellationToken);
        var now = time.GetStoredNow();
        foreach (var (name, description) in BuiltInRoles.Permissions.Where(pair => !known.Contains(pair.Key)))
        {
            var permission = new Permission { Id = Guid.CreateVersion7(now), Name = name, Description = description, BuiltIn = true, CreatedAt = now, UpdatedAt = now };
            store.Permissions.Add(permission);
            audit.Record(store, AuditEventTypes.PermissionCreated, permission.AsParty(), after: new { name, description }, origin: AuditOrigin.System);
        }

        await store.SaveChangesAsync(cancellationToken);
    }

    private async Task ApplyRolesAsync(CancellationToken cancellationToken)
    {
        if (await HasRolesAsync(cancellationToken))
        {
            return;
        }

        var permissions = await store.Permissions.ToDictionaryAsync(permission => permission.Name, cancellationToken);
        var known = await store.Roles.Include(role => role.Permissions).ToDictionaryAsync(role => role.NormalizedName, cancellationToken);
        var now = time.GetStoredNow();
        foreach (var wanted in BuiltInRoles.All)
        {
            if (!known.TryGetValue(Role.Normalize(wanted.Name), out var role))
            {
                role = new() { Id = Guid.CreateVersion7(now), Name = wanted.Name, NormalizedName = Role.Normalize(wanted.Name), Description = wanted.Description, BuiltIn = true, CreatedAt = now, UpdatedAt = now };
                store.Roles.Add(role);
                audit.Record(store, AuditEventTypes.RoleCreated, role.AsParty(), after: new { wanted.Name, wanted.Description, wanted.Permissions }, origin: AuditOrigin.System);
            }

            role.Permissions.AddRange(wanted.Permissions.Where(name => role.Permissions.All(held => held.Name != name)).Select(name => permissions[name]));
        }

        await store.SaveChangesAsync(cancellationToken);
    }

    // Without tracking: nearly always they are all there, and getting ready to see changes of an entity is a good part of a start.
    private async Task<bool> HasRolesAsync(CancellationToken cancellationToken)
    {
        var known = await store.Roles.Select(role => new { role.NormalizedName, Permissions = role.Permissions.Select(permission => permission.Name).ToList() })
            .ToDictionaryAsync(role => role.NormalizedName, role => role.Permissions, cancellationToken);
        return BuiltInRoles.All.All(wanted => known.TryGetValue(Role.Normalize(wanted.Name), out var held) && !wanted.Permissions.Except(held).Any());
    }
}
