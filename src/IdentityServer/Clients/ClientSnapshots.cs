using Microsoft.Extensions.Caching.Memory;
using OpenIddict.EntityFrameworkCore.Models;

namespace UserDomain.IdentityServer.Clients;

/// <summary>
/// Clients as they were in the store a moment ago. A replica notices a change it has made itself at once, and one made at another replica within
/// <see cref="Lifetime"/>: well inside of the time in which a revocation has to be known everywhere (REV-01).
/// </summary>
internal sealed class ClientSnapshots : IDisposable
{
    /// <summary>How long another replica may take to notice a change.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(2);

    private const int MostClients = 10_000;

    private readonly MemoryCache _clients = new(new MemoryCacheOptions { SizeLimit = MostClients });

    /// <summary>A client that requests share: whoever gives it to somebody gives a <see cref="Copy"/>. Null if it has to be asked for.</summary>
    /// <param name="key">Its <c>client_id</c> or its key in the store.</param>
    public OpenIddictEntityFrameworkCoreApplication<Guid>? Find(object key) =>
        _clients.TryGetValue(key, out OpenIddictEntityFrameworkCoreApplication<Guid>? client) ? client : null;

    /// <summary>Keeps a copy of a client that was just read.</summary>
    public void Keep(OpenIddictEntityFrameworkCoreApplication<Guid> client)
    {
        var copy = Copy(client);
        foreach (var key in KeysOf(client))
        {
            _clients.Set(key, copy, new MemoryCacheEntryOptions { AbsoluteExpirationRelativeToNow = Lifetime, Size = 1 });
        }
    }

    /// <summary>Forgets a client that was just changed.</summary>
    public void Forget(OpenIddictEntityFrameworkCoreApplication<Guid> client)
    {
        foreach (var key in KeysOf(client))
        {
            _clients.Remove(key);
        }
    }

    /// <summary>A client for one request alone, whose context may track it.</summary>
    public static OpenIddictEntityFrameworkCoreApplication<Guid> Copy(OpenIddictEntityFrameworkCoreApplication<Guid> client) => new()
    {
        Id = client.Id,
        ApplicationType = client.ApplicationType,
        ClientId = client.ClientId,
        ClientSecret = client.ClientSecret,
        ClientType = client.ClientType,
        ConcurrencyToken = client.ConcurrencyToken,
        ConsentType = client.ConsentType,
        DisplayName = client.DisplayName,
        DisplayNames = client.DisplayNames,
        JsonWebKeySet = client.JsonWebKeySet,
        Permissions = client.Permissions,
        PostLogoutRedirectUris = client.PostLogoutRedirectUris,
        Properties = client.Properties,
        RedirectUris = client.RedirectUris,
        Requirements = client.Requirements,
        Settings = client.Settings,
    };

    public void Dispose() => _clients.Dispose();

    private static object[] KeysOf(OpenIddictEntityFrameworkCoreApplication<Guid> client) => [client.Id, client.ClientId!];
}
