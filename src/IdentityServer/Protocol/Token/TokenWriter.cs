using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using UserDomain.Contracts;
using UserDomain.IdentityServer.Keys;
using UserDomain.ServiceDefaults.Hosting;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace UserDomain.IdentityServer.Protocol.Token;

/// <summary>How a user came to a grant, as tokens tell it.</summary>
/// <param name="Id">The grant.</param>
/// <param name="SessionId">The session it was made in.</param>
/// <param name="AuthenticatedAt">When the user last proved who they are, in seconds since 1970.</param>
/// <param name="Class">The <c>acr</c>.</param>
/// <param name="Methods">The <c>amr</c>.</param>
/// <param name="UserVersion">Version of the user's record.</param>
internal sealed record TokenOrigin(Guid Id, Guid SessionId, long AuthenticatedAt, string Class, IReadOnlyList<string> Methods, long UserVersion);

/// <summary>What an access token says (RFC 9068 section 2.2), but for its issuer, its life and its name.</summary>
/// <param name="Subject">Whom it is about.</param>
/// <param name="ClientId">The client it is for.</param>
/// <param name="Api">The API it is for; null for one that is good for UserInfo only.</param>
/// <param name="Scopes">What the client may do there.</param>
/// <param name="Permissions">What the subject may do there.</param>
/// <param name="Origin">Where it comes from, if its subject is a user.</param>
/// <param name="SessionTimes">What the roles of a user ask of sessions.</param>
internal sealed record AccessToken(
    string Subject, string ClientId, Api? Api, IReadOnlyCollection<string> Scopes, IReadOnlyCollection<string> Permissions, TokenOrigin? Origin = null, SessionTimes? SessionTimes = null);

/// <summary>What an ID token says (OpenID Connect Core 1.0 section 2), but for its issuer, its life and the claims about the user.</summary>
/// <param name="Subject">The user.</param>
/// <param name="ClientId">The client it is for.</param>
/// <param name="Origin">How the user signed in.</param>
/// <param name="Nonce">The nonce of the authorization request, if there was one.</param>
/// <param name="AccessToken">The access token it comes with.</param>
internal sealed record IdentityToken(string Subject, string ClientId, TokenOrigin Origin, string? Nonce, string AccessToken);

/// <summary>Makes the plainest tokens: as the pipeline does, and without its fifty steps.</summary>
internal sealed class TokenWriter(KeyRing ring, UserDomainSettings settings, TimeProvider time)
{
    private static readonly JsonWebTokenHandler Tokens = new();
    private static readonly Dictionary<string, object> AccessTokenHeader = new() { [JwtHeaderParameterNames.Typ] = JsonWebTokenTypes.AccessToken };
    private static readonly Dictionary<string, object> IdentityTokenHeader = new() { [JwtHeaderParameterNames.Typ] = JsonWebTokenTypes.GenericJsonWebToken };

    /// <summary>Signs an access token, by the key that all tokens for our own APIs are signed by.</summary>
    public string Write(AccessToken token) => Write(ring.Signing[0], AccessTokenHeader, (json, now) =>
    {
        WriteLife(json, now, TokenLifetimes.AccessToken);
        json.WriteNumber(Claims.NotBefore, now.ToUnixTimeSeconds());
        json.WriteString(Claims.JwtId, Guid.CreateVersion7(now));
        json.WriteString(Claims.Audience, token.Api?.Audience ?? settings.Issuer);
        if (token.Scopes.Count > 0)
        {
            json.WriteString(Claims.Scope, string.Join(' ', token.Scopes));
        }

        json.WriteString(Claims.Subject, token.Subject);
        json.WriteString(Claims.ClientId, token.ClientId);
        json.WriteString(Claims.Private.Presenter, token.ClientId);
        if (token.Origin is { } origin)
        {
            WriteOrigin(json, origin);
            json.WriteNumber(TokenClaims.Version, origin.UserVersion);
            json.WriteString(Claims.Private.AuthorizationId, origin.Id);
        }

        if (token.Api is not null)
        {
            WriteList(json, TokenClaims.Permissions, token.Permissions);
        }

        if (token.SessionTimes?.Idle is { } idle)
        {
            json.WriteNumber(TokenClaims.SessionIdleTimeout, idle);
        }

        if (token.SessionTimes?.Lifetime is { } lifetime)
        {
            json.WriteNumber(TokenClaims.SessionLifetime, lifetime);
        }
    });

    /// <summary>Signs an ID token.</summary>
    /// <param name="token">What it says.</param>
    /// <param name="algorithm">The algorithm its client asked for.</param>
    public string Write(IdentityToken token, string algorithm) => Write(ring.InUse(algorithm), IdentityTokenHeader, (json, now) =>
    {
        WriteLife(json, now, TokenLifetimes.IdentityToken);
        json.WriteString(Claims.Audience, token.ClientId);
        json.WriteString(Claims.AuthorizedParty, token.ClientId);
        json.WriteString(Claims.Subject, token.Subject);
        WriteOrigin(json, token.Origin);
        if (token.Nonce is { } nonce)
        {
            json.WriteString(Claims.Nonce, nonce);
        }

        json.WriteString(Claims.AccessTokenHash, HashOf(token.AccessToken));
    });

    // All algorithms there are for ID tokens go with SHA-256 (OpenID Connect Core 1.0 section 3.1.3.6).
    private static string HashOf(string token) => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(token)).AsSpan(0, SHA256.HashSizeInBytes / 2));

    private static void WriteOrigin(Utf8JsonWriter json, TokenOrigin origin)
    {
        json.WriteString(TokenClaims.SessionId, origin.SessionId);
        json.WriteNumber(Claims.AuthenticationTime, origin.AuthenticatedAt);
        json.WriteString(Claims.AuthenticationContextReference, origin.Class);
        WriteList(json, Claims.AuthenticationMethodReference, origin.Methods);
    }

    private static void WriteList(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }

    private void WriteLife(Utf8JsonWriter json, DateTimeOffset now, TimeSpan life)
    {
        json.WriteString(Claims.Issuer, settings.Issuer);
        json.WriteNumber(Claims.ExpiresAt, (now + life).ToUnixTimeSeconds());
        json.WriteNumber(Claims.IssuedAt, now.ToUnixTimeSeconds());
    }

    private string Write(SigningCredentials key, Dictionary<string, object> header, Action<Utf8JsonWriter, DateTimeOffset> write)
    {
        var payload = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(payload))
        {
            json.WriteStartObject();
            write(json, time.GetUtcNow());
            json.WriteEndObject();
        }

        return Tokens.CreateToken(Encoding.UTF8.GetString(payload.WrittenSpan), key, header);
    }
}
