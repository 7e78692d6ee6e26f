using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Options;
using OpenIddict.Abstractions;
using OpenIddict.Core;
using OpenIddict.EntityFrameworkCore.Models;
using UserDomain.IdentityServer.Clients.Keys;

namespace UserDomain.IdentityServer.Clients;

/// <summary>The library's manager of clients, which goes by our rules for secrets and redirect URIs.</summary>
internal sealed class ClientManager(
    IOpenIddictApplicationCache<OpenIddictEntityFrameworkCoreApplication<Guid>> cache,
    ILogger<ClientManager> logger,
    IOptionsMonitor<OpenIddictCoreOptions> options,
    IOpenIddictApplicationStore<OpenIddictEntityFrameworkCoreApplication<Guid>> store,
    ClientSecrets secrets)
    : OpenIddictApplicationManager<OpenIddictEntityFrameworkCoreApplication<Guid>>(cache, logger, options, store)
{
    /// <summary>Whether there is such a client and it is disabled.</summary>
    public async ValueTask<bool> IsDisabledAsync(string? clientId, CancellationToken cancellationToken) =>
        clientId is not null && await FindByClientIdAsync(clientId, cancellationToken) is { } client && ClientRecord.Of(client).DisabledAt is not null;

    /// <summary>Whether there is such a client and it keeps to FAPI 2.0.</summary>
    public ValueTask<bool> IsFapi2Async(string? clientId, CancellationToken cancellationToken) => HasAsync(clientId, ClientSettings.Fapi2, cancellationToken);

    /// <summary>Whether there is such a client and it has to sign its authorization requests.</summary>
    public ValueTask<bool> NeedsRequestObjectAsync(string? clientId, CancellationToken cancellationToken) =>
        HasAsync(clientId, ClientSettings.RequireSignedRequestObject, cancellationToken);

    public override ValueTask<bool> ValidateClientSecretAsync(
        OpenIddictEntityFrameworkCoreApplication<Guid> application, string secret, CancellationToken cancellationToken = default) =>
        new(application.ClientType == OpenIddictConstants.ClientTypes.Confidential && secrets.Match(secret, ClientRecord.Of(application).Secrets));

    public override ValueTask<bool> ValidateRedirectUriAsync(
        OpenIddictEntityFrameworkCoreApplication<Guid> application, string uri, CancellationToken cancellationToken = default) =>
        IsOneOfAsync(application, GetRedirectUrisAsync(application, cancellationToken), uri);

    public override ValueTask<bool> ValidatePostLogoutRedirectUriAsync(
        OpenIddictEntityFrameworkCoreApplication<Guid> application, string uri, CancellationToken cancellationToken = default) =>
        IsOneOfAsync(application, GetPostLogoutRedirectUrisAsync(application, cancellationToken), uri);

    /// <summary>Checks a client before it is written. One that proves itself with a key or certificate needs no secret, wherever its keys are: the library knows of one place only.</summary>
    public override async IAsyncEnumerable<ValidationResult> ValidateAsync(
        OpenIddictEntityFrameworkCoreApplication<Guid> application, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var needsSecret = ClientKeySettings.MethodOf(await GetSettingsAsync(application, cancellationToken)) is null or ClientAuthentication.ClientSecretPost;
        await foreach (var result in base.ValidateAsync(application, cancellationToken))
        {
            if (needsSecret || result.ErrorMessage != OpenIddictResources.GetResourceString(OpenIddictResources.ID2113))
            {
                yield return result;
            }
        }
    }

    protected override ValueTask<string> ObfuscateClientSecretAsync(string secret, CancellationToken cancellationToken = default) =>
        new(secrets.Hash(secret));

    private static async ValueTask<bool> IsOneOfAsync(OpenIddictEntityFrameworkCoreApplication<Guid> application, ValueTask<ImmutableArray<string>> registered, string uri) =>
        RedirectUriRule.Allows(await registered, uri, anyPort: application.ApplicationType == OpenIddictConstants.ApplicationTypes.Native);

    private async ValueTask<bool> HasAsync(string? clientId, string setting, CancellationToken cancellationToken) =>
        clientId is not null && await FindByClientIdAsync(clientId, cancellationToken) is { } client
        && (await GetSettingsAsync(client, cancellationToken)).ContainsKey(setting);
}
