using System.Text.Json.Nodes;
using Microsoft.IdentityModel.JsonWebTokens;
using UserDomain.Contracts;
using UserDomain.IdentityServer.Keys;
using UserDomain.IdentityStore.Sessions;
using UserDomain.ServiceDefaults.Hosting;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace UserDomain.IdentityServer.Protocol.BackchannelLogout;

/// <summary>Makes logout tokens (OpenID Connect Back-Channel Logout 1.0 section 2.4).</summary>
internal sealed class LogoutTokens(KeyRing ring, UserDomainSettings settings, TimeProvider time)
{
    private const string Event = "http://schemas.openid.net/event/backchannel-logout";

    private static readonly JsonWebTokenHandler Tokens = new();
    private static readonly Dictionary<string, object> Header = new() { [JwtHeaderParameterNames.Typ] = "logout+jwt" };

    /// <summary>Signs one, for one attempt: a client that keeps what it has seen (section 2.6) takes the next one as well.</summary>
    /// <param name="notice">What it tells of.</param>
    /// <param name="algorithm">The algorithm of the client's ID tokens.</param>
    public string Write(LogoutNotice notice, string algorithm)
    {
        var now = time.GetUtcNow();
        var claims = new JsonObject
        {
            [Claims.Issuer] = settings.Issuer,
            [Claims.Subject] = notice.Subject,
            [Claims.Audience] = notice.ClientId,
            [Claims.IssuedAt] = now.ToUnixTimeSeconds(),
            [Claims.ExpiresAt] = (now + TokenLifetimes.LogoutToken).ToUnixTimeSeconds(),
            [Claims.JwtId] = Guid.CreateVersion7(now).ToString(),
            [TokenClaims.SessionId] = notice.SessionId.ToString(),
            ["events"] = new JsonObject { [Event] = new JsonObject() },
        };
        return Tokens.CreateToken(claims.ToJsonString(), ring.InUse(algorithm), Header);
    }
}
