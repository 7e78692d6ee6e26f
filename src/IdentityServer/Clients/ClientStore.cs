using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;
using OpenIddict.EntityFrameworkCore;
using ClientEntity = OpenIddict.EntityFrameworkCore.Models.OpenIddictEntityFrameworkCoreApplication<System.Guid>;
using GrantEntity = OpenIddict.EntityFrameworkCore.Models.OpenIddictEntityFrameworkCoreAuthorization<System.Guid>;
using TokenEntity = OpenIddict.EntityFrameworkCore.Models.OpenIddictEntityFrameworkCoreToken<System.Guid>;

namespace UserDomain.IdentityServer.Clients;

/// <summary>
/// The library's store of clients, which finds a client it knows from the snapshots. It is not tracked then: whoever changes it gives it back to
/// <see cref="UpdateAsync"/>.
/// </summary>
internal sealed class ClientStore(
    IMemoryCache cache, IOpenIddictEntityFrameworkCoreContext contexts, IOptionsMonitor<OpenIddictEntityFrameworkCoreOptions> options, ClientSnapshots snapshots)
    : OpenIddictEntityFrameworkCoreApplicationStore<ClientEntity, GrantEntity, TokenEntity, Guid>(cache, contexts, options)
{
    private static readonly ReadOnce<ImmutableArray<string>> Lists = new(text => JsonSerializer.Deserialize<ImmutableArray<string>>(text));

    private static readonly ReadOnce<ImmutableDictionary<string, string>> Settings = new(text => JsonSerializer.Deserialize<ImmutableDictionary<string, string>>(text)!);

    // Each by what it is a copy of: a request looks at its client a dozen times.
    private readonly Dictionary<ClientEntity, ClientEntity> _copies = new(ReferenceEqualityComparer.Instance);

    /// <summary>The settings of a client.</summary>
    public static ImmutableDictionary<string, string> SettingsOf(ClientEntity client) =>
        string.IsNullOrEmpty(client.Settings) ? ImmutableDictionary<string, string>.Empty : Settings.Of(client.Settings);

    // PostgreSQL has no text with a null character; a header or an assertion may.
    public override ValueTask<ClientEntity?> FindByClientIdAsync(string identifier, CancellationToken cancellationToken) =>
        identifier.Contains('\0') ? default : FindAsync(identifier, () => base.FindByClientIdAsync(identifier, cancellationToken));

    public override ValueTask<ClientEntity?> FindByIdAsync(string identifier, CancellationToken cancellationToken) =>
        FindAsync(ConvertIdentifierFromString(identifier), () => base.FindByIdAsync(identifier, cancellationToken));

    // The library's cache knows a text by its characters, and would go through all of them at each of the good ten looks of a request.
    public override ValueTask<ImmutableArray<string>> GetPermissionsAsync(ClientEntity application, CancellationToken cancellationToken) =>
        new(string.IsNullOrEmpty(application.Permissions) ? [] : Lists.Of(application.Permissions));

    public override ValueTask<ImmutableArray<string>> GetRequirementsAsync(ClientEntity application, CancellationToken cancellationToken) =>
        new(string.IsNullOrEmpty(application.Requirements) ? [] : Lists.Of(application.Requirements));

    public override ValueTask<ImmutableDictionary<string, string>> GetSettingsAsync(ClientEntity application, CancellationToken cancellationToken) =>
        new(SettingsOf(application));

    public override async ValueTask CreateAsync(ClientEntity application, CancellationToken cancellationToken)
    {
        await base.CreateAsync(application, cancellationToken);
        snapshots.Forget(application);
    }

    public override async ValueTask UpdateAsync(ClientEntity application, CancellationToken cancellationToken)
    {
        await base.UpdateAsync(application, cancellationToken);
        snapshots.Forget(application);
    }

    public override async ValueTask DeleteAsync(ClientEntity application, CancellationToken cancellationToken)
    {
        await base.DeleteAsync(application, cancellationToken);
        snapshots.Forget(application);
    }

    private async ValueTask<ClientEntity?> FindAsync(object key, Func<ValueTask<ClientEntity?>> load)
    {
        if (snapshots.Find(key) is { } known)
        {
            return _copies.TryGetValue(known, out var copy) ? copy : _copies[known] = ClientSnapshots.Copy(known);
        }

        var client = await load();
        if (client is not null)
        {
            snapshots.Keep(client);
        }

        return client;
    }
}
