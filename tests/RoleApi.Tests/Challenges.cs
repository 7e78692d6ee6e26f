namespace UserDomain.RoleApi.Tests;

/// <summary>What a refused caller is told in <c>WWW-Authenticate</c> (RFC 6750 section 3, RFC 9449 section 7.1, RFC 9728 section 5.1).</summary>
internal static class Challenges
{
    public const string NoToken = $"Bearer, {Dpop}";

    public const string InvalidToken = $"Bearer error=\"invalid_token\", error_description=\"The access token is not valid for this API.\", {Dpop}";

    public const string MissingPermission = "Bearer error=\"insufficient_scope\"";

    private const string Dpop = "DPoP algs=\"ES256 ES384 PS256\"";

    public static string MissingScope(string scope) => $"Bearer error=\"insufficient_scope\", scope=\"{scope}\"";

    public static async Task ChallengedAsync(this Task<HttpResponseMessage> request, HttpStatusCode status, string name, string challenge)
    {
        using var response = await request;

        Assert.Equal(challenge, response.Challenge());
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        await Task.FromResult(response).ProblemAsync(status, name);
    }
}
