using System.Buffers.Text;
using System.Text.Json;
using UserDomain.Contracts;

namespace UserDomain.AdminUi.Access;

/// <summary>
/// Reads permissions from an access token that came from our issuer over the back channel. The signature is not checked: what is read
/// decides which buttons are shown, and the API checks every call.
/// </summary>
internal static class AccessTokenReader
{
    /// <summary>The permissions in a token; none if it cannot be read.</summary>
    public static IReadOnlyList<string> Permissions(string token) => Read(token, TokenClaims.Permissions, Names) ?? [];

    /// <summary>After how many seconds without use the session shall end, as the roles of its person say; null if they say nothing.</summary>
    public static int? SessionIdleTimeout(string token) => Read(token, TokenClaims.SessionIdleTimeout, Seconds);

    /// <summary>After how many seconds it shall end in any case; null if they say nothing.</summary>
    public static int? SessionLifetime(string token) => Read(token, TokenClaims.SessionLifetime, Seconds);

    private static T? Read<T>(string token, string claim, Func<JsonElement, T> read)
    {
        var parts = token.Split('.');
        if (parts.Length != 3 || !Base64Url.IsValid(parts[1]))
        {
            return default;
        }

        try
        {
            using var payload = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[1]));
            return payload.RootElement.ValueKind == JsonValueKind.Object && payload.RootElement.TryGetProperty(claim, out var value) ? read(value) : default;
        }
        catch (JsonException)
        {
            return default;
        }
    }

    private static int? Seconds(JsonElement value) => value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var seconds) ? seconds : null;

    // A claim with one value may be written as a string instead of an array.
    private static IReadOnlyList<string> Names(JsonElement permissions) => permissions.ValueKind switch
    {
        JsonValueKind.String => [permissions.GetString()!],
        JsonValueKind.Array => [.. permissions.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!)],
        _ => [],
    };
}
