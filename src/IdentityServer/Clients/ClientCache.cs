using OpenIddict.Abstractions;
using UserDomain.IdentityStore;
using Application = OpenIddict.EntityFrameworkCore.Models.OpenIddictEntityFrameworkCoreApplication<System.Guid>;

namespace UserDomain.IdentityServer.Clients;

/// <summary>
/// Gives a request its clients: from the snapshots where they are known, attached to the request's own context, so that what refers to a client
/// finds it there. The library's own cache lasts for one request.
/// </summary>
internal sealed class ClientCache(ClientSnapshots snapshots, IOpenIddictApplicationStore<Application> store, IdentityStoreContext context) : IOpenIddictApplicationCache<Application>
{
    public ValueTask AddAsync(Application application, CancellationToken cancellationToken)
    {
        snapshots.Forget(application);
        return default;
    }

    public ValueTask RemoveAsync(Application application, CancellationToken cancellationToken)
    {
        snapshots.Forget(application);
        return default;
    }

    public ValueTask<Application?> FindByClientIdAsync(string identifier, CancellationToken cancellationToken) =>
        FindAsync(identifier, client => client.ClientId == identifier, () => store.FindByClientIdAsync(identifier, cancellationToken));

    public ValueTask<Application?> FindByIdAsync(string identifier, CancellationToken cancellationToken) =>
        Guid.TryParse(identifier, out var id)
            ? FindAsync(id, client => client.Id == id, () => store.FindByIdAsync(identifier, cancellationToken))
            : new((Application?)null);

    // Only pages of people who sign out ask by these.
    public IAsyncEnumerable<Application> FindByPostLogoutRedirectUriAsync(string uri, CancellationToken cancellationToken) =>
        store.FindByPostLogoutRedirectUriAsync(uri, cancellationToken);

    public IAsyncEnumerable<Application> FindByRedirectUriAsync(string uri, CancellationToken cancellationToken) =>
        store.FindByRedirectUriAsync(uri, cancellationToken);

    private async ValueTask<Application?> FindAsync(object key, Func<Application, bool> isIt, Func<ValueTask<Application?>> load)
    {
        if (context.Set<Application>().Local.FirstOrDefault(isIt) is { } known)
        {
            return known;
        }

        if (snapshots.Find(key) is { } copy)
        {
            context.Attach(copy);
            return copy;
        }

        var client = await load();
        if (client is not null)
        {
            snapshots.Keep(client);
        }

        return client;
    }
}
