using System.Text.Json;
using UserDomain.IdentityServer.Clients.Keys;
using UserDomain.ServiceDefaults.Hosting;

namespace UserDomain.IdentityServer.Protocol.Assertions;

/// <summary>
/// What an assertion has to say (CLI-01, RFC 7523 section 3). By default as most libraries do; strict is what FAPI 2.0 wants (Security Profile
/// section 5.3.2.1), whose suite has a case for each rule.
/// </summary>
/// <param name="settings">Where the product answers.</param>
/// <param name="time">Clock.</param>
internal sealed class AssertionRules(UserDomainSettings settings, TimeProvider time)
{
    private const int MaxIdLength = 256;

    /// <summary>How far an assertion may reach ahead.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    /// <summary>How much clocks may differ: FAPI 2.0 wants 10 s to pass and 60 s not to.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(30);

    /// <summary>What is wrong with an assertion, whoever sent it; null if nothing.</summary>
    public string? ProblemOf(AssertionHeader header, AssertionClaims claims)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds() / 1000d;
        var (skew, lifetime) = (Skew.TotalSeconds, Lifetime.TotalSeconds);
        return (header, claims) switch
        {
            // One without is from before RFC 8725; any other is a JWT for something else.
            _ when header.Typ is { } type && !IsType(type) => "The typ is neither client-authentication+jwt nor JWT.",
            _ when header.Alg is null || !AssertionAlgorithms.All.Contains(header.Alg) => $"The alg is none of {string.Join(", ", AssertionAlgorithms.All)}.",
            _ when header.Crit is not null => "The assertion has extensions that are not understood.",
            _ when string.IsNullOrEmpty(claims.Iss) || claims.Iss != claims.Sub => "The iss and the sub have both to be the client_id.",
            _ when claims.Jti is not { Length: > 0 and <= MaxIdLength } => $"The jti is missing or has more than {MaxIdLength} characters.",
            _ when claims.Exp is not { } end => "The exp is missing.",
            _ when !(claims.Exp > now - skew) => "The assertion has expired.",
            _ when !(claims.Exp <= now + lifetime + skew) => $"The exp is more than {Lifetime.TotalMinutes} minutes ahead.",
            _ when claims.Nbf is { } start && !(start <= now + skew) => "The assertion is not valid yet.",
            _ when claims.Iat is { } issued && !(issued <= now + skew && issued > now - lifetime - (2 * skew)) => "The iat is too far from the time of the server.",
            _ => null,
        };
    }

    /// <summary>What is wrong with whom an assertion is for and how it is signed; null if nothing.</summary>
    /// <param name="header">Its header.</param>
    /// <param name="claims">Its claims.</param>
    /// <param name="path">The path of the endpoint that was asked.</param>
    /// <param name="strict">Whether the client was registered to be strict.</param>
    public string? ProblemOf(AssertionHeader header, AssertionClaims claims, PathString path, bool strict)
    {
        if (strict)
        {
            return !AssertionAlgorithms.Strict.Contains(header.Alg) ? $"The alg is none of {string.Join(", ", AssertionAlgorithms.Strict)}."
                : claims.Aud is { ValueKind: JsonValueKind.String } issuer && issuer.ValueEquals(settings.Issuer) ? null
                : "The aud has to be the issuer, as a string.";
        }

        var accepted = new[] { settings.Issuer, settings.Issuer.TrimEnd('/'), Url("/connect/token"), Url(path) };
        return AudienceOf(claims) is { } audience && accepted.Any(url => audience.ValueEquals(url)) ? null : "The aud has to be the issuer, and nobody beside it.";
    }

    /// <summary>For how long an assertion would be good again if it were forgotten.</summary>
    public TimeSpan MemoryOf(AssertionClaims claims) =>
        DateTimeOffset.FromUnixTimeMilliseconds((long)(claims.Exp!.Value * 1000)) - time.GetUtcNow() + (2 * Skew);

    private static bool IsType(string type) =>
        string.Equals(type, "JWT", StringComparison.OrdinalIgnoreCase) || string.Equals(type, "client-authentication+jwt", StringComparison.OrdinalIgnoreCase);

    // Of several nobody else may be one: that one could use the assertion here.
    private static JsonElement? AudienceOf(AssertionClaims claims) => claims.Aud switch
    {
        { ValueKind: JsonValueKind.String } audience => audience,
        { ValueKind: JsonValueKind.Array } list when list.GetArrayLength() == 1 && list[0].ValueKind == JsonValueKind.String => list[0],
        _ => null,
    };

    private string Url(PathString path) => settings.Issuer.TrimEnd('/') + path.ToUriComponent();
}
