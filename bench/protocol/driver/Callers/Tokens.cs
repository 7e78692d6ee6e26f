using System.Text.Json;

namespace UserDomain.LoadDriver.Callers;

/// <summary>What a token endpoint answered (RFC 6749 section 5.1).</summary>
internal sealed record Tokens(string AccessToken, string? IdToken, string? RefreshToken)
{
    public static Tokens Of(Answer answer)
    {
        if (!string.Equals(answer.Member("token_type").GetString(), "Bearer", StringComparison.OrdinalIgnoreCase))
        {
            throw answer.Wrong("no bearer token");
        }

        var body = answer.Json();
        return new(answer.Member("access_token").GetString()!, Optional(body, "id_token"), Optional(body, "refresh_token"));
    }

    /// <summary>Refuses an access token that an API could not check by itself.</summary>
    public Tokens ExpectJwt() => IsJwt(AccessToken) ? this : throw new WrongAnswerException("The access token is no JWT.");

    /// <summary>Refuses tokens without an identity token and a refresh token.</summary>
    public Tokens ExpectAll() => IsJwt(IdToken) && RefreshToken is { Length: > 0 } ? this : throw new WrongAnswerException("The identity token or the refresh token is missing.");

    private static bool IsJwt(string? token) => token is not null && token.StartsWith("eyJ", StringComparison.Ordinal) && token.Count('.') == 2;

    private static string? Optional(JsonElement body, string member) => body.TryGetProperty(member, out var value) ? value.GetString() : null;
}
