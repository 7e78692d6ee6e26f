using System.Text.Json;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace UserDomain.IdentityServer.Protocol.FastPath;

/// <summary>What the token endpoint answers (RFC 6749 section 5.1, OpenID Connect Core 1.0 section 3.1.3.3).</summary>
/// <param name="AccessToken">The access token, a bearer's.</param>
/// <param name="Scope">What it is good for, for a client that has not just asked for it.</param>
/// <param name="IdentityToken">The ID token, if there is one.</param>
/// <param name="RefreshToken">The refresh token, if there is one.</param>
internal sealed record TokenAnswer(string AccessToken, string? Scope = null, string? IdentityToken = null, string? RefreshToken = null)
{
    public void Write(Utf8JsonWriter json)
    {
        json.WriteString(Parameters.AccessToken, AccessToken);
        json.WriteString(Parameters.TokenType, TokenTypes.Bearer);
        json.WriteNumber(Parameters.ExpiresIn, (int)TokenLifetimes.AccessToken.TotalSeconds);
        foreach (var (name, value) in new[] { (Parameters.Scope, Scope), (Parameters.IdToken, IdentityToken), (Parameters.RefreshToken, RefreshToken) })
        {
            if (value is not null)
            {
                json.WriteString(name, value);
            }
        }
    }
}
