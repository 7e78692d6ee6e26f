using System.Buffers.Text;
using System.Text.Json;

namespace UserDomain.IdentityServer.Tests.Protocol;

/// <summary>Looks into a token without checking it; the APIs check it.</summary>
internal static class Jwt
{
    public static JsonElement HeaderOf(string token) => Part(token, 0);

    public static JsonElement ClaimsOf(string token) => Part(token, 1);

    public static string[] Strings(this JsonElement claims, string name) =>
        claims.GetProperty(name) is { ValueKind: JsonValueKind.Array } array ? [.. array.EnumerateArray().Select(item => item.GetString()!)] : [claims.GetProperty(name).GetString()!];

    private static JsonElement Part(string token, int index) =>
        JsonSerializer.Deserialize<JsonElement>(Base64Url.DecodeFromChars(token.Split('.')[index]));
}
