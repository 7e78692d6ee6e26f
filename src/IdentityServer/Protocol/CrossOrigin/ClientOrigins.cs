using System.Collections.Frozen;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using OpenIddict.EntityFrameworkCore.Models;
using UserDomain.IdentityStore;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace UserDomain.IdentityServer.Protocol.CrossOrigin;

/// <summary>
/// The origins of the applications that run in browsers: those of their redirect URIs. Held in memory, so that a flood of requests from
/// anywhere costs the database at most one query a second.
/// </summary>
internal sealed class ClientOrigins(IServiceScopeFactory scopes, TimeProvider time) : IDisposable
{
    // A client that was deleted is forgotten after this; one that was just registered is found at once, or nearly.
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ShortestInterval = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _loading = new(1, 1);
    private Loaded _current = new([], DateTimeOffset.MinValue);

    /// <summary>Whether an application of this origin is registered.</summary>
    /// <param name="origin">As browsers send it: scheme, host and port (RFC 6454 section 6.2).</param>
    /// <param name="cancellationToken">Ends the look-up.</param>
    public async Task<bool> ContainAsync(string origin, CancellationToken cancellationToken)
    {
        if (IsFresh(_current, origin))
        {
            return _current.Origins.Contains(origin);
        }

        await _loading.WaitAsync(cancellationToken);
        try
        {
            if (!IsFresh(_current, origin))
            {
                _current = new(await LoadAsync(cancellationToken), time.GetUtcNow());
            }

            return _current.Origins.Contains(origin);
        }
        finally
        {
            _loading.Release();
        }
    }

    public void Dispose() => _loading.Dispose();

    private bool IsFresh(Loaded loaded, string origin) =>
        time.GetUtcNow() - loaded.At < (loaded.Origins.Contains(origin) ? Lifetime : ShortestInterval);

    private async Task<FrozenSet<string>> LoadAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var redirectUris = await scope.ServiceProvider.GetRequiredService<IdentityStoreContext>()
            .Set<OpenIddictEntityFrameworkCoreApplication<Guid>>()
            .Where(client => client.ClientType == ClientTypes.Public && client.ApplicationType == ApplicationTypes.Web && client.RedirectUris != null)
            .Select(client => client.RedirectUris!)
            .ToListAsync(cancellationToken);
        return redirectUris.SelectMany(stored => JsonSerializer.Deserialize<string[]>(stored)!)
            .Select(uri => new Uri(uri).GetLeftPart(UriPartial.Authority))
            .ToFrozenSet(StringComparer.Ordinal);
    }

    private sealed record Loaded(FrozenSet<string> Origins, DateTimeOffset At);
}
