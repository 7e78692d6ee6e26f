using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using OpenIddict.EntityFrameworkCore.Models;
using UserDomain.IdentityServer.Clients;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Protocol.FastPath;

/// <summary>
/// What goes the fast path answers as the pipeline does. The same request goes each way: with a parameter nobody knows, which servers pass over (RFC 6749 section 3.2),
/// it is not plain any more.
/// </summary>
internal static class EitherWay
{
    public static readonly (string, string) Unknown = ("of_no_meaning", "1");

    // These differ between any two tokens.
    private static readonly string[] OfOneToken = ["jti", "iat", "nbf", "exp", "at_hash"];

    /// <summary>Holds the tokens of one way against those of the other; what each grant has of its own may be apart.</summary>
    public static async Task AssertSameAsync(HttpResponseMessage fast, HttpResponseMessage piped, params string[] apart)
    {
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (fast.StatusCode, piped.StatusCode));
        Assert.Equal(piped.Content.Headers.ContentType, fast.Content.Headers.ContentType);
        Assert.Equal(piped.Headers.CacheControl, fast.Headers.CacheControl);
        Assert.Equal(piped.Headers.Pragma, fast.Headers.Pragma);

        var (one, other) = (await BodyOf(fast), await BodyOf(piped));
        Assert.Equal(other.EnumerateObject().Select(member => member.Name).Order(), one.EnumerateObject().Select(member => member.Name).Order());
        Assert.Equal(other.Text("token_type"), one.Text("token_type"));
        Assert.InRange(one.GetProperty("expires_in").GetInt32() - other.GetProperty("expires_in").GetInt32(), -1, 1);
        Assert.Equal(other.TryGetProperty("scope", out var scope) ? scope.GetString() : null, one.TryGetProperty("scope", out scope) ? scope.GetString() : null);

        Assert.Equal((true, false), (WentFast(one.Text("access_token")!), WentFast(other.Text("access_token")!)));
        AssertSame(one.Text("access_token")!, other.Text("access_token")!, apart);
        if (other.TryGetProperty("id_token", out var idToken))
        {
            AssertSame(one.Text("id_token")!, idToken.GetString()!, apart);
            var half = SHA256.HashData(Encoding.ASCII.GetBytes(one.Text("access_token")!)).AsSpan(0, 16);
            Assert.Equal(Base64Url.EncodeToString(half), Jwt.ClaimsOf(one.Text("id_token")!).Text("at_hash"));
        }
    }

    /// <summary>Holds one token against another.</summary>
    public static void AssertSame(string one, string other, string[] apart)
    {
        Assert.Equal(Members(Jwt.HeaderOf(other), []), Members(Jwt.HeaderOf(one), []));
        Assert.Equal(Members(Jwt.ClaimsOf(other), [.. OfOneToken, .. apart]), Members(Jwt.ClaimsOf(one), [.. OfOneToken, .. apart]));
        Assert.Equal(Life(Jwt.ClaimsOf(other)), Life(Jwt.ClaimsOf(one)));
        foreach (var name in OfOneToken)
        {
            Assert.Equal(Jwt.ClaimsOf(other).TryGetProperty(name, out var _), Jwt.ClaimsOf(one).TryGetProperty(name, out var _));
        }
    }

    /// <summary>Holds what is told of a token one way against what is told the other.</summary>
    public static async Task AssertSameDocumentAsync(HttpResponseMessage fast, HttpResponseMessage piped)
    {
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (fast.StatusCode, piped.StatusCode));
        Assert.Equal(piped.Content.Headers.ContentType?.MediaType, fast.Content.Headers.ContentType?.MediaType);
        Assert.Equal(piped.Headers.CacheControl, fast.Headers.CacheControl);
        Assert.Equal(Members(await BodyOf(piped), []), Members(await BodyOf(fast), []));
    }

    // The library draws the names of tokens by chance (version 4), we by time.
    public static bool WentFast(string accessToken) => Guid.Parse(Jwt.ClaimsOf(accessToken).Text("jti")!).Version == 7;

    public static async Task<JsonElement> BodyOf(HttpResponseMessage answer) => JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync());

    public static async Task<string> RefreshTokenOf(HttpResponseMessage answer) => (await BodyOf(answer)).Text("refresh_token")!;

    public static Task<HttpResponseMessage> RefreshAsync(WebVisitor visitor, string token, params (string, string)[] more) =>
        visitor.PostTokenAsync([("grant_type", "refresh_token"), ("refresh_token", token), .. more]);

    public static Task<HttpResponseMessage> RedeemAsync(WebVisitor visitor, string code, params (string, string)[] more) => visitor.PostTokenAsync(
        [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", WebVisitor.RedirectUri), ("code_verifier", visitor.Verifier), .. more]);

    /// <summary>A browser in front of a web application that may ask for these scopes and does.</summary>
    public static Task<WebVisitor> VisitorWithAsync(this RunningSystem system, params string[] scopes) =>
        system.VisitorOfAsync(new($"web-{RandomNumberGenerator.GetHexString(12, lowercase: true)}", ClientType.Web) { Scopes = scopes }, scopes);

    /// <summary>The name of somebody new.</summary>
    public static async Task<string> UserAsync(this RunningSystem system)
    {
        var name = $"fast-{RandomNumberGenerator.GetHexString(8, lowercase: true)}";
        await system.CreateUserAsync(name);
        return name;
    }

    /// <summary>What is stored of a code or of a refresh token.</summary>
    public static Task<OpenIddictEntityFrameworkCoreToken<Guid>> StoredAsync(this RunningSystem system, string token)
    {
        var reference = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(token.Split('.')[0])));
        return system.InStoreAsync(store => store.Set<OpenIddictEntityFrameworkCoreToken<Guid>>().SingleAsync(row => row.ReferenceId == reference));
    }

    private static string[] Members(JsonElement document, string[] but) =>
        [.. document.EnumerateObject().Where(member => !but.Contains(member.Name)).Select(member => $"{member.Name}: {member.Value.GetRawText()}").Order(StringComparer.Ordinal)];

    private static long Life(JsonElement claims) => claims.GetProperty("exp").GetInt64() - claims.GetProperty("iat").GetInt64();
}
