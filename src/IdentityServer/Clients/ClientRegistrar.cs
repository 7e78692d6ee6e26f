using System.Buffers.Text;
using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;
using OpenIddict.EntityFrameworkCore.Models;
using UserDomain.Contracts;
using UserDomain.Database;
using UserDomain.Events;
using UserDomain.IdentityServer.Clients.Keys;
using UserDomain.IdentityServer.Protocol;
using UserDomain.IdentityStore;
using UserDomain.ServiceDefaults.Hosting;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace UserDomain.IdentityServer.Clients;

/// <summary>Brings a client into the state it shall have. Applying the same twice changes nothing.</summary>
internal sealed class ClientRegistrar(ClientManager clients, ClientSecrets clientSecrets, IdentityStoreContext store, AuditRecorder audit, TimeProvider time)
{
    private const int SecretBytes = 32;

    /// <summary>Creates or updates a client.</summary>
    /// <returns>The secret that was made because none was given for a new client; it cannot be had again.</returns>
    public async Task<string?> ApplyAsync(ClientSpec spec, CancellationToken cancellationToken)
    {
        // Untracked: nearly always it is in that state, and getting ready to see changes of an entity is a good part of a start.
        var existing = await store.Set<OpenIddictEntityFrameworkCoreApplication<Guid>>().AsNoTracking().FirstOrDefaultAsync(client => client.ClientId == spec.ClientId, cancellationToken);
        return existing is null ? await CreateAsync(spec, cancellationToken) : await UpdateAsync(spec, existing, Describe(spec), cancellationToken);
    }

    /// <summary>Creates a client.</summary>
    /// <param name="spec">What it shall be.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <param name="registrationToken">What it manages itself with, as it is kept; null for a client that did not register itself.</param>
    /// <param name="document">The document it is described by; null for a client that was registered.</param>
    /// <returns>The secret that was made because none was given; it cannot be had again.</returns>
    public async Task<string?> CreateAsync(ClientSpec spec, CancellationToken cancellationToken, ClientSecret? registrationToken = null, ClientDocument? document = null)
    {
        var generated = spec.HasSecret && spec.ClientSecret is null ? NewSecret() : null;
        var wanted = Describe(spec);
        wanted.ClientSecret = generated ?? spec.ClientSecret;
        var now = time.GetStoredNow();
        new ClientRecord
        {
            Type = spec.Type,
            CreatedAt = now,
            UpdatedAt = now,
            Secrets = wanted.ClientSecret is { } secret ? [clientSecrets.Keep(secret, now)] : [],
            RegistrationToken = registrationToken,
            Document = document,
        }.WriteTo(wanted.Properties);
        audit.Record(store, AuditEventTypes.ClientCreated, Party(spec), after: StateOf(wanted));
        await clients.CreateAsync(wanted, cancellationToken);
        return generated;
    }

    /// <summary>A secret nobody can guess (CLI-01).</summary>
    public static string NewSecret() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));

    private async Task<string?> UpdateAsync(ClientSpec spec, OpenIddictEntityFrameworkCoreApplication<Guid> found, OpenIddictApplicationDescriptor wanted, CancellationToken cancellationToken)
    {
        var record = ClientRecord.Of(found);
        var generated = record.Secrets.Count == 0 && spec.HasSecret && spec.ClientSecret is null ? NewSecret() : null;
        var newSecret = (spec.ClientSecret ?? generated) is { } secret && !clientSecrets.Match(secret, record.Secrets) ? secret : null;
        var dropsSecrets = !spec.HasSecret && record.Secrets.Count > 0;
        if (newSecret is null && !dropsSecrets && record.Type == spec.Type && StoredClient.Says(found, wanted))
        {
            return null;
        }

        var current = new OpenIddictApplicationDescriptor();
        await clients.PopulateAsync(current, found, cancellationToken);
        var existing = (await clients.FindByIdAsync(found.Id.ToString(), cancellationToken))!;

        // The stored form of the secret goes back in as it is; a new one is hashed by the manager.
        wanted.ClientSecret = newSecret is null && spec.HasSecret ? existing.ClientSecret : null;
        var now = time.GetStoredNow();
        var kept = spec.HasSecret ? record.Secrets : [];
        var next = record with { Type = spec.Type, Version = record.Version + 1, UpdatedAt = now, Secrets = newSecret is null ? kept : [clientSecrets.Keep(newSecret, now)] };
        next.WriteTo(wanted.Properties);
        audit.Record(store, AuditEventTypes.ClientUpdated, Party(spec), StateOf(current), new { state = StateOf(wanted), secretReplaced = newSecret is not null });
        await clients.PopulateAsync(existing, wanted, cancellationToken);
        if (newSecret is null)
        {
            await clients.UpdateAsync(existing, cancellationToken);
        }
        else
        {
            await clients.UpdateAsync(existing, newSecret, cancellationToken);
        }

        return generated;
    }

    private static AuditParty Party(ClientSpec spec) => new("client", spec.ClientId, spec.DisplayName);

    /// <summary>What an auditor sees of a client.</summary>
    public static object StateOf(OpenIddictApplicationDescriptor client) => new
    {
        client.DisplayName,
        client.ClientType,
        client.ApplicationType,
        client.ConsentType,
        redirectUris = client.RedirectUris.Select(uri => uri.OriginalString).Order(StringComparer.Ordinal),
        postLogoutRedirectUris = client.PostLogoutRedirectUris.Select(uri => uri.OriginalString).Order(StringComparer.Ordinal),
        permissions = client.Permissions.Order(StringComparer.Ordinal),
        requirements = client.Requirements.Order(StringComparer.Ordinal),
        settings = client.Settings.OrderBy(setting => setting.Key, StringComparer.Ordinal),
    };

    /// <summary>A client as the library knows it.</summary>
    public static OpenIddictApplicationDescriptor Describe(ClientSpec described)
    {
        var spec = Fapi2Profile.Expand(described);
        var client = new OpenIddictApplicationDescriptor
        {
            ClientId = spec.ClientId,
            DisplayName = spec.DisplayName ?? spec.ClientId,
            ClientType = spec.IsConfidential ? ClientTypes.Confidential : ClientTypes.Public,
            ApplicationType = spec.Type == ClientType.Native ? ApplicationTypes.Native : ApplicationTypes.Web,
            ConsentType = spec.RequireConsent ? ConsentTypes.Explicit : ConsentTypes.Implicit,
            Requirements = { Requirements.Features.ProofKeyForCodeExchange },
        };
        client.RedirectUris.UnionWith(spec.RedirectUris.Select(uri => new Uri(uri)));
        client.PostLogoutRedirectUris.UnionWith(spec.PostLogoutRedirectUris.Select(uri => new Uri(uri)));
        client.Permissions.UnionWith(PermissionsOf(spec));
        if (spec.RequirePar)
        {
            client.Requirements.Add(Requirements.Features.PushedAuthorizationRequests);
        }

        foreach (var (_, setting, algorithm) in ClientSignatures.Of(spec))
        {
            client.Settings[setting] = algorithm;
        }

        foreach (var (_, setting, uri) in ClientLinks.Of(spec))
        {
            client.Settings[setting] = uri;
        }

        if (spec.RequireSignedRequestObject)
        {
            client.Settings[ClientSettings.RequireSignedRequestObject] = "true";
        }

        if (spec.Fapi2)
        {
            // A refresh token that is not rotated is good until its grant ends.
            client.Settings[ClientSettings.Fapi2] = "true";
            client.Settings[Settings.TokenLifetimes.RefreshToken] = TokenLifetimes.Grant.ToString("c", CultureInfo.InvariantCulture);
        }

        if (spec.SenderConstraint != SenderConstraint.None)
        {
            client.Settings[spec.SenderConstraint == SenderConstraint.Dpop ? ClientSettings.DpopBoundAccessTokens : ClientSettings.CertificateBoundAccessTokens] = "true";
        }

        if (spec.TokenExchange is { } exchange)
        {
            client.Settings[ClientSettings.TokenExchange] = JsonSerializer.Serialize(exchange, ApiJson.Options);
        }

        foreach (var (name, value) in ClientKeySettings.Of(spec).Concat(LogoutSettings.Of(spec)))
        {
            client.Settings[name] = value;
        }

        return client;
    }

    private static ImmutableHashSet<string> PermissionsOf(ClientSpec spec)
    {
        var permissions = ImmutableHashSet.CreateBuilder<string>();
        permissions.UnionWith([Permissions.Endpoints.Token, Permissions.Endpoints.Revocation]);
        if (spec.IsConfidential)
        {
            permissions.Add(Permissions.Endpoints.Introspection);
        }

        foreach (var grant in spec.EffectiveGrants)
        {
            permissions.UnionWith(grant switch
            {
                ClientGrant.AuthorizationCode => [Permissions.GrantTypes.AuthorizationCode, Permissions.ResponseTypes.Code, Permissions.Endpoints.Authorization, Permissions.Endpoints.PushedAuthorization, Permissions.Endpoints.EndSession],
                ClientGrant.RefreshToken => [Permissions.GrantTypes.RefreshToken],
                ClientGrant.DeviceCode => [Permissions.GrantTypes.DeviceCode, Permissions.Endpoints.DeviceAuthorization],
                ClientGrant.ClientCredentials => [Permissions.GrantTypes.ClientCredentials],
                ClientGrant.TokenExchange => [Permissions.GrantTypes.TokenExchange],
                _ => Array.Empty<string>(),
            });
        }

        permissions.UnionWith(spec.Scopes.Select(scope => Permissions.Prefixes.Scope + scope));
        return permissions.ToImmutable();
    }
}
