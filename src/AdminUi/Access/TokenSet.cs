using UserDomain.Contracts;

namespace UserDomain.AdminUi.Access;

/// <summary>An access token for one API.</summary>
/// <param name="Value">The token; null when the identity server gives none for this API.</param>
/// <param name="ExpiresAt">When it ends, or when to ask again for one that was not given.</param>
internal sealed record ApiToken(string? Value, DateTimeOffset ExpiresAt);

/// <summary>The tokens of one session: one for each API, and the newest refresh token.</summary>
/// <param name="RefreshToken">Good for one renewal; every renewal brings the next one.</param>
/// <param name="ByAudience">Access tokens by the audience of their API.</param>
internal sealed record TokenSet(string RefreshToken, IReadOnlyDictionary<string, ApiToken> ByAudience)
{
    /// <summary>How long before its end a token is renewed, so that it lasts for the request it is used in.</summary>
    public static readonly TimeSpan RenewBefore = TimeSpan.FromSeconds(30);

    /// <summary>The APIs the console asks for tokens: those it calls.</summary>
    public static readonly IReadOnlyList<Api> Apis = [Api.Users, Api.Roles, Api.Sessions, Api.Audit];

    /// <summary>A session that has only just begun.</summary>
    public static TokenSet Of(string refreshToken) => new(refreshToken, new Dictionary<string, ApiToken>());

    /// <summary>The APIs whose token is missing or about to end.</summary>
    public IReadOnlyList<Api> DueAt(DateTimeOffset now) =>
        [.. Apis.Where(api => !ByAudience.TryGetValue(api.Audience, out var token) || token.ExpiresAt - RenewBefore <= now)];

    /// <summary>The set after a renewal for one API.</summary>
    /// <param name="api">The API that was named as the resource.</param>
    /// <param name="token">Its new token.</param>
    /// <param name="refreshToken">The next refresh token; null when the old one stays good.</param>
    public TokenSet With(Api api, ApiToken token, string? refreshToken) =>
        new(refreshToken ?? RefreshToken, new Dictionary<string, ApiToken>(ByAudience) { [api.Audience] = token });

    /// <summary>The token for an API, or null.</summary>
    public string? TokenFor(Api api) => ByAudience.GetValueOrDefault(api.Audience)?.Value;

    /// <summary>What the subject may do, over all APIs.</summary>
    public IReadOnlySet<string> Permissions() =>
        ByAudience.Values.Where(token => token.Value is not null).SelectMany(token => AccessTokenReader.Permissions(token.Value!)).ToHashSet();

    /// <summary>Whether the roles of the person, as the newest tokens tell of them, ask for an earlier end of the session than the console does by itself (SES-02).</summary>
    /// <param name="began">When the session began.</param>
    /// <param name="seen">When it was last used before.</param>
    /// <param name="now">The current time.</param>
    public bool EndSession(DateTimeOffset began, DateTimeOffset seen, DateTimeOffset now) => ByAudience.Values.Select(token => token.Value).OfType<string>().Any(token =>
        (AccessTokenReader.SessionIdleTimeout(token) is { } idle && now - seen >= TimeSpan.FromSeconds(idle))
        || (AccessTokenReader.SessionLifetime(token) is { } lifetime && now - began >= TimeSpan.FromSeconds(lifetime)));
}
