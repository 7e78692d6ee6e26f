using System.Text.Json;
using UserDomain.IdentityServer.Protocol.Assertions;
using UserDomain.ServiceDefaults.Hosting;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace UserDomain.IdentityServer.Protocol.RequestObjects;

/// <summary>What a request object has to say besides the request (RFC 9101 sections 4, 5 and 10; FAPI 2.0 Message Signing section 5.3.1).</summary>
/// <param name="settings">Where the product answers.</param>
/// <param name="time">Clock.</param>
internal sealed class RequestObjectRules(UserDomainSettings settings, TimeProvider time)
{
    /// <summary>How far a request object may reach ahead, and how old it may be.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(60);

    /// <summary>How much clocks may differ: FAPI 2.0 wants 8 s to pass and 60 s not to.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(30);

    // Who the client is, is proven outside; and one request is not in another.
    private static readonly string[] NotInside =
        [Parameters.Request, Parameters.RequestUri, Parameters.ClientSecret, Parameters.ClientAssertion, Parameters.ClientAssertionType];

    /// <summary>How request objects may be signed.</summary>
    public static readonly IReadOnlyList<string> Algorithms = ["ES256", "PS256", "RS256"];

    /// <summary>What FAPI 2.0 allows of them (Security Profile section 5.4.1).</summary>
    private static readonly IReadOnlyList<string> Strict = ["ES256", "PS256"];

    /// <summary>What is wrong with how it is signed; null if nothing.</summary>
    /// <param name="header">Its header.</param>
    /// <param name="strict">Whether the client is held to FAPI 2.0, or its assertions are.</param>
    public static string? ProblemOf(AssertionHeader header, bool strict)
    {
        var accepted = strict ? Strict : Algorithms;
        return header switch
        {
            { Typ: { } type } when !IsType(type) => "The typ of the request object is neither oauth-authz-req+jwt nor JWT.",
            { Crit: not null } => "The request object has extensions that are not understood.",
            _ when header.Alg is null || !accepted.Contains(header.Alg) => $"The alg of the request object is none of {string.Join(", ", accepted)}.",
            _ => null,
        };
    }

    /// <summary>What is wrong with what it says of itself, once it is known to be the client's; null if nothing.</summary>
    /// <param name="sent">The request object.</param>
    /// <param name="clientId">Its client.</param>
    /// <param name="fapi2">Whether the client keeps to FAPI 2.0.</param>
    public string? ProblemOf(RequestObject sent, string clientId, bool fapi2)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds() / 1000d;
        var (skew, lifetime) = (Skew.TotalSeconds, Lifetime.TotalSeconds);
        var (end, start) = (sent.Number(Claims.ExpiresAt), sent.Number(Claims.NotBefore));
        return sent switch
        {
            _ when sent.Text(Parameters.ClientId) != clientId => "The client_id of the request object is not the one beside it.",
            _ when sent.Text(Claims.Issuer) != clientId => "The iss of the request object is not the client_id.",
            _ when !IsForUs(sent) => "The aud of the request object has to be the issuer of the server, alone or among others.",
            // It could be sent on as an assertion of the client (RFC 9101 section 10.8).
            _ when sent.Claims.ContainsKey(Claims.Subject) => "The request object has a sub, which only assertions have.",
            _ when NotInside.FirstOrDefault(sent.Claims.ContainsKey) is { } name => $"The parameter '{name}' has no place in a request object.",
            _ when end is null => "The exp of the request object is missing.",
            _ when !(end > now - skew) => "The request object has expired.",
            _ when !(end <= now + lifetime + skew) => $"The exp of the request object is more than {Lifetime.TotalMinutes} minutes ahead.",
            _ when start is null && (fapi2 || sent.Claims.ContainsKey(Claims.NotBefore)) => "The nbf of the request object is missing.",
            _ when !(start is null || start <= now + skew) => "The request object is not valid yet.",
            _ when !(start is null || start > now - lifetime - skew) => $"The nbf of the request object is more than {Lifetime.TotalMinutes} minutes ago.",
            _ => null,
        };
    }

    private static bool IsType(string type) =>
        string.Equals(type, "JWT", StringComparison.OrdinalIgnoreCase) || string.Equals(type, "oauth-authz-req+jwt", StringComparison.OrdinalIgnoreCase);

    private bool IsForUs(RequestObject sent) => sent.Claims.TryGetValue(Claims.Audience, out var audience) && audience.ValueKind switch
    {
        JsonValueKind.String => audience.ValueEquals(settings.Issuer),
        JsonValueKind.Array => audience.EnumerateArray().Any(one => one.ValueKind == JsonValueKind.String && one.ValueEquals(settings.Issuer)),
        _ => false,
    };
}
