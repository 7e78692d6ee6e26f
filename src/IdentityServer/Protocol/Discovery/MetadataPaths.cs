using System.Collections.Frozen;

namespace UserDomain.IdentityServer.Protocol.Discovery;

/// <summary>Where clients learn by themselves what the server can do and which keys it has.</summary>
internal static class MetadataPaths
{
    /// <summary>OpenID Connect Discovery 1.0 section 4.</summary>
    public const string OpenId = "/.well-known/openid-configuration";

    /// <summary>RFC 8414 section 3.</summary>
    public const string OAuth = "/.well-known/oauth-authorization-server";

    /// <summary>RFC 7517 section 5.</summary>
    public const string Keys = "/.well-known/jwks";

    public static readonly FrozenSet<string> All = [OpenId, OAuth, Keys];
}
