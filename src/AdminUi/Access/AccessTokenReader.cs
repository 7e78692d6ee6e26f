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
    public static IReadOnlyList<string> Permissions(string token)
    {
        var parts = token.Split('.');
        if (parts.Length != 3 || !Base64Url.IsValid(parts[1]))
        {
            return [];
        }

        try
        {
            using var payload = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[1]));
            return payload.RootElement.ValueKind == JsonValueKind.Object
                && payload.RootElement.TryGetProperty(TokenClaims.Permissions, out var permissions)
                    ? Names(permissions)
                    : [];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    // A claim with one value may be written as a string instead of an array.
    private static IReadOnlyList<string> Names(JsonElement permissions) => permissions.ValueKind switch
    {
        JsonValueKind.String => [permissions.GetString()!],
        JsonValueKind.Array => [.. permissions.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!)],
        _ => [],
    };
}
