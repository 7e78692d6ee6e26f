using System.Buffers.Text;
using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using OpenIddict.Abstractions;
using OpenIddict.Core;
using OpenIddict.EntityFrameworkCore.Models;
using UserDomain.IdentityServer.Clients.Keys;
using UserDomain.ServiceDefaults.Secrets;

namespace UserDomain.IdentityServer.Clients;

/// <summary>
/// Stores client secrets as a keyed hash (CLI-01). They are random and long, so a slow hash would guard nothing more and cost the server
/// three milliseconds of each token request.
/// </summary>
internal sealed class ClientManager(
    IOpenIddictApplicationCache<OpenIddictEntityFrameworkCoreApplication<Guid>> cache,
    ILogger<ClientManager> logger,
    IOptionsMonitor<OpenIddictCoreOptions> options,
    IOpenIddictApplicationStore<OpenIddictEntityFrameworkCoreApplication<Guid>> store,
    KeyEncryptionKey root)
    : OpenIddictApplicationManager<OpenIddictEntityFrameworkCoreApplication<Guid>>(cache, logger, options, store)
{
    private const string Format = "hmac-sha256$";
    private readonly byte[] _key = root.Derive("client-secret-hash");

    /// <summary>What is kept of a secret.</summary>
    public ClientSecret Keep(string secret, DateTimeOffset now) => new(Guid.CreateVersion7(now), now, Hash(secret));

    /// <summary>Whether one of the secrets is this one. All of them are looked at, so that the time does not tell which.</summary>
    public bool Matches(string secret, IReadOnlyList<ClientSecret> kept)
    {
        var sent = Encoding.ASCII.GetBytes(Hash(secret));
        return kept.Aggregate(false, (known, one) => CryptographicOperations.FixedTimeEquals(sent, Encoding.ASCII.GetBytes(one.Hash)) | known);
    }

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
        new(application.ClientType == OpenIddictConstants.ClientTypes.Confidential && Matches(secret, ClientRecord.Of(application).Secrets));

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
        new(Hash(secret));

    private static async ValueTask<bool> IsOneOfAsync(OpenIddictEntityFrameworkCoreApplication<Guid> application, ValueTask<ImmutableArray<string>> registered, string uri) =>
        RedirectUriRule.Allows(await registered, uri, anyPort: application.ApplicationType == OpenIddictConstants.ApplicationTypes.Native);

    private async ValueTask<bool> HasAsync(string? clientId, string setting, CancellationToken cancellationToken) =>
        clientId is not null && await FindByClientIdAsync(clientId, cancellationToken) is { } client
        && (await GetSettingsAsync(client, cancellationToken)).ContainsKey(setting);

    private string Hash(string secret) => Format + Base64Url.EncodeToString(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(secret)));
}
