using System.Buffers.Text;
using UserDomain.Contracts;
using UserDomain.ServiceDefaults.Secrets;

namespace UserDomain.ServiceDefaults.Backchannel;

/// <summary>
/// The clients our own services are. Their secrets are derived from the key-encryption key, so that they need no setting, are stored
/// nowhere, and every replica has them.
/// </summary>
public static class ServiceCredentials
{
    /// <summary>The scopes each service's own token may have; a service that is not listed has no client.</summary>
    public static readonly IReadOnlyDictionary<string, IReadOnlyList<string>> Scopes = new Dictionary<string, IReadOnlyList<string>>
    {
        [Services.AuditApi] = [Contracts.Scopes.RevocationsRead],
        [Services.IdentityServer] = [Contracts.Scopes.AuditWrite, Contracts.Scopes.RevocationsRead],
        [Services.ProfileApi] = [Contracts.Scopes.AuditWrite, Contracts.Scopes.RevocationsRead],
        [Services.RoleApi] = [Contracts.Scopes.AuditWrite, Contracts.Scopes.RevocationsRead],
        [Services.SessionApi] = [Contracts.Scopes.AuditWrite, Contracts.Scopes.RevocationsRead],
    };

    /// <summary>The <c>client_id</c> of a service.</summary>
    public static string ClientIdOf(string service) => "user-domain:" + service;

    /// <summary>The secret of a service: 256 bits, base64url.</summary>
    public static string SecretOf(KeyEncryptionKey root, string service) =>
        Base64Url.EncodeToString(root.Derive($"client-secret:{service}"));
}
