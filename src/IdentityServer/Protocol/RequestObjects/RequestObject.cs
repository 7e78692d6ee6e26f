using System.Text.Json;
using OpenIddict.Abstractions;
using UserDomain.IdentityServer.Protocol.Assertions;
using UserDomain.ServiceDefaults.Jose;

namespace UserDomain.IdentityServer.Protocol.RequestObjects;

/// <summary>A request object as it was sent, taken apart and not believed yet (RFC 9101 section 4).</summary>
/// <param name="Header">Its header.</param>
/// <param name="Claims">What it says: claims of a JWT, and parameters of a request.</param>
internal sealed record RequestObject(AssertionHeader Header, IReadOnlyDictionary<string, JsonElement> Claims)
{
    private const int MaxLength = 16 * 1024;

    // What is said of the JWT and not of the request (RFC 7519 section 4.1), and requests in it (RFC 9101 section 4).
    private static readonly string[] NoParameters = ["iss", "aud", "exp", "nbf", "iat", "jti", "request", "request_uri"];

    /// <summary>Takes a request object apart; null if it is none.</summary>
    public static RequestObject? Read(string jws) =>
        CompactJws.Read<AssertionHeader, Dictionary<string, JsonElement>>(jws, MaxLength) is var (header, claims) ? new(header, claims) : null;

    /// <summary>A claim that is a text; null where it is not.</summary>
    public string? Text(string name) => Claims.TryGetValue(name, out var value) && value.ValueKind == JsonValueKind.String ? TextOf(value) : null;

    /// <summary>A claim that is a number, as times are (RFC 7519 section 2); null where it is not.</summary>
    public double? Number(string name) => Claims.TryGetValue(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;

    /// <summary>The parameters of the request; null if one has a value that no parameter can have. Numbers and objects are as they are written (section 4).</summary>
    public IReadOnlyList<KeyValuePair<string, OpenIddictParameter>>? Parameters()
    {
        var parameters = new List<KeyValuePair<string, OpenIddictParameter>>();
        foreach (var (name, value) in Claims.Where(claim => !NoParameters.Contains(claim.Key)))
        {
            if (ParameterOf(value) is not { } parameter)
            {
                return null;
            }

            parameters.Add(new(name, parameter));
        }

        return parameters;
    }

    private static OpenIddictParameter? ParameterOf(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String when TextOf(value) is { } text:
                return text;
            case JsonValueKind.Number or JsonValueKind.Object or JsonValueKind.True or JsonValueKind.False:
                return value.GetRawText();
            case JsonValueKind.Array:
                // What a form has several times, as resource.
                var texts = value.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.String ? TextOf(item) : null).ToArray();
                return texts.Contains(null) ? null : (OpenIddictParameter?)new OpenIddictParameter([.. texts]);
            default:
                return null;
        }
    }

    private static string? TextOf(JsonElement value)
    {
        try
        {
            // What no form may have, no request object may have.
            return value.GetString() is { } text && !text.Contains('\0') ? text : null;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair.
            return null;
        }
    }
}
