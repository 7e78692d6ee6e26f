using OpenIddict.Abstractions;
using UserDomain.IdentityServer.Clients;
using ClientEntity = OpenIddict.EntityFrameworkCore.Models.OpenIddictEntityFrameworkCoreApplication<System.Guid>;

namespace UserDomain.IdentityServer.Protocol.FastPath;

/// <summary>Reads clients that all requests share.</summary>
internal static class SnapshotReading
{
    /// <summary>Finds a client, in the store if nobody has asked for it for a moment; null where there is none.</summary>
    public static async ValueTask<ClientEntity?> FindAsync(this ClientSnapshots clients, HttpContext context, string id)
    {
        if (clients.Find(id) is { } known)
        {
            return known;
        }

        await context.RequestServices.GetRequiredService<IOpenIddictApplicationStore<ClientEntity>>().FindByClientIdAsync(id, context.RequestAborted);
        return clients.Find(id);
    }
}
