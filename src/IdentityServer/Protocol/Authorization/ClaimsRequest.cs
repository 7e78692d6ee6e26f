using System.Collections.Immutable;
using System.Text.Json;
using UserDomain.IdentityServer.Protocol.UserInfo;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace UserDomain.IdentityServer.Protocol.Authorization;

/// <summary>
/// What the <c>claims</c> parameter asks for by name (OpenID Connect Core 1.0 section 5.5). Claims there are not are passed over, as the
/// specification has it, and so is what a client may not ask for by scope either.
/// </summary>
/// <param name="UserInfo">Claims for UserInfo.</param>
/// <param name="IdToken">Claims for the ID token.</param>
/// <param name="Subject">The user that is meant; null for anybody.</param>
/// <param name="EssentialClasses">The authentication classes of which one is needed (section 5.5.1.1); none when every one will do.</param>
internal sealed record ClaimsRequest(ImmutableArray<string> UserInfo, ImmutableArray<string> IdToken, string? Subject, ImmutableArray<string> EssentialClasses)
{
    /// <summary>One that asks for nothing.</summary>
    public static readonly ClaimsRequest None = new([], [], null, []);

    private const int MaxLength = 4096;
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 8, AllowDuplicateProperties = false };

    /// <summary>The scopes the claims belong to: a person who allows them allows as much as these say.</summary>
    public IEnumerable<string> Scopes => UserInfo.Concat(IdToken).Select(UserClaims.ScopeOf).OfType<string>().Distinct();

    /// <summary>Reads the parameter; null if it cannot be read.</summary>
    public static ClaimsRequest? Read(string? sent)
    {
        if (string.IsNullOrEmpty(sent))
        {
            return None;
        }

        if (sent.Length > MaxLength)
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(sent, Strict);
            return document.RootElement.ValueKind == JsonValueKind.Object
                && Part(document.RootElement, "userinfo") is { } userInfo && Part(document.RootElement, "id_token") is { } idToken
                    ? new(
                        [.. userInfo.Keys.Where(IsKnown)],
                        [.. idToken.Keys.Where(IsKnown)],
                        ValuesOf(idToken, Claims.Subject).Concat(ValuesOf(userInfo, Claims.Subject)).FirstOrDefault(),
                        IsEssential(idToken, Claims.AuthenticationContextReference) ? [.. ValuesOf(idToken, Claims.AuthenticationContextReference)] : [])
                    : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // A text that is no text, half of a surrogate pair, is the latter.
            return null;
        }
    }

    /// <summary>As much of it as a client may have.</summary>
    public ClaimsRequest For(Client client) => this with
    {
        UserInfo = [.. UserInfo.Where(claim => client.MayAskFor(UserClaims.ScopeOf(claim)!))],
        IdToken = [.. IdToken.Where(claim => client.MayAskFor(UserClaims.ScopeOf(claim)!))],
    };

    private static bool IsKnown(string claim) => UserClaims.ScopeOf(claim) is not null;

    // Each claim is null, or an object that says more about it.
    private static Dictionary<string, JsonElement>? Part(JsonElement request, string name)
    {
        if (!request.TryGetProperty(name, out var part) || part.ValueKind == JsonValueKind.Null)
        {
            return [];
        }

        return part.ValueKind == JsonValueKind.Object && part.EnumerateObject().All(claim => claim.Value.ValueKind is JsonValueKind.Null or JsonValueKind.Object)
            ? part.EnumerateObject().ToDictionary(claim => claim.Name, claim => claim.Value.Clone())
            : null;
    }

    private static bool IsEssential(Dictionary<string, JsonElement> part, string claim) =>
        part.TryGetValue(claim, out var asked) && asked.ValueKind == JsonValueKind.Object
        && asked.TryGetProperty("essential", out var essential) && essential.ValueKind == JsonValueKind.True;

    private static List<string> ValuesOf(Dictionary<string, JsonElement> part, string claim)
    {
        if (!part.TryGetValue(claim, out var asked) || asked.ValueKind != JsonValueKind.Object)
        {
            return [];
        }

        var one = asked.TryGetProperty("value", out var value) ? [value] : Array.Empty<JsonElement>();
        var several = asked.TryGetProperty("values", out var values) && values.ValueKind == JsonValueKind.Array ? values.EnumerateArray() : [];
        return one.Concat(several).Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!).ToList();
    }
}
