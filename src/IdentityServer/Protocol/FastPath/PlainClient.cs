using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text.Json;
using UserDomain.IdentityServer.Clients;
using static OpenIddict.Abstractions.OpenIddictConstants;
using ClientEntity = OpenIddict.EntityFrameworkCore.Models.OpenIddictEntityFrameworkCoreApplication<System.Guid>;

namespace UserDomain.IdentityServer.Protocol.FastPath;

/// <summary>
/// A client the fast path knows everything about: one that proves by a secret who it is, is not disabled, and has no setting that changes how it is served. A setting
/// that is added one day is not among those known here, and its clients go the other way until somebody says otherwise.
/// </summary>
/// <param name="Id">Its key in the store.</param>
/// <param name="ClientId">Its <c>client_id</c>.</param>
/// <param name="Secrets">The secrets it may authenticate with.</param>
/// <param name="Permissions">What it may do, as the library keeps it.</param>
/// <param name="RedirectUris">Where its codes may go.</param>
/// <param name="Settings">What it said of itself.</param>
internal sealed record PlainClient(
    Guid Id, string ClientId, IReadOnlyList<ClientSecret> Secrets, FrozenSet<string> Permissions, IReadOnlyCollection<string> RedirectUris, IReadOnlyDictionary<string, string> Settings)
{
    // These are about what the fast path goes by, about requests it knows nothing of, or about how the client looks.
    private static readonly FrozenSet<string> HarmlessSettings = new[]
    {
        ClientSettings.IdTokenAlgorithm, ClientSettings.UserInfoAlgorithm, ClientSettings.IntrospectionAlgorithm, ClientSettings.AuthorizationAlgorithm,
        ClientSettings.LogoUri, ClientSettings.PolicyUri, ClientSettings.TosUri, ClientSettings.TokenExchange,
    }.ToFrozenSet();

    // By the snapshot, which is another one as soon as the client may have changed.
    private static readonly ConditionalWeakTable<ClientEntity, StrongBox<PlainClient?>> Known = [];

    /// <summary>Whether a client is plain.</summary>
    /// <param name="snapshot">What <see cref="ClientSnapshots"/> has of it.</param>
    /// <param name="plain">What there is to know of it.</param>
    public static bool Is(ClientEntity snapshot, [NotNullWhen(true)] out PlainClient? plain) =>
        (plain = Known.GetValue(snapshot, client => new(Read(client))).Value) is not null;

    /// <summary>Whether it may use a grant at the token endpoint.</summary>
    /// <param name="grantType">As the library names the permission.</param>
    public bool MayUse(string grantType) =>
        Permissions.Contains(OpenIddict.Abstractions.OpenIddictConstants.Permissions.Endpoints.Token) && Permissions.Contains(grantType);

    /// <summary>Whether it may ask for codes.</summary>
    public bool MayAuthorize => Permissions.Contains(OpenIddict.Abstractions.OpenIddictConstants.Permissions.Endpoints.Authorization)
        && Permissions.Contains(OpenIddict.Abstractions.OpenIddictConstants.Permissions.GrantTypes.AuthorizationCode)
        && Permissions.Contains(OpenIddict.Abstractions.OpenIddictConstants.Permissions.ResponseTypes.Code);

    /// <summary>Whether it may ask for a scope.</summary>
    public bool MayAskFor(string scope) => Permissions.Contains(OpenIddict.Abstractions.OpenIddictConstants.Permissions.Prefixes.Scope + scope);

    private static PlainClient? Read(ClientEntity client)
    {
        var record = ClientRecord.Of(client);
        var settings = ClientStore.SettingsOf(client);
        return client.ClientType == ClientTypes.Confidential && record is { DisabledAt: null, Document: null, Secrets.Count: > 0 } && settings.All(IsHarmless)
            && ListOf(client.Requirements).All(requirement => requirement == Requirements.Features.ProofKeyForCodeExchange)
                ? new(client.Id, client.ClientId!, record.Secrets, ListOf(client.Permissions).ToFrozenSet(), ListOf(client.RedirectUris), settings)
                : null;
    }

    private static string[] ListOf(string? stored) => string.IsNullOrEmpty(stored) ? [] : JsonSerializer.Deserialize<string[]>(stored)!;

    private static bool IsHarmless(KeyValuePair<string, string> setting) => HarmlessSettings.Contains(setting.Key)
        || setting is { Key: ClientSettings.TokenEndpointAuthMethod, Value: ClientAuthenticationMethods.ClientSecretPost };
}
