using UserDomain.IdentityServer.Clients;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Protocol;

/// <summary>What scripts of other origins may do (TOK-09).</summary>
public sealed class CrossOriginTests(RunningSystem system)
{
    private const string Stranger = "https://stranger.example";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("connect/token")]
    [InlineData("connect/userinfo")]
    [InlineData("connect/revoke")]
    public async Task TOK_09_Scripts_of_a_registered_application_may_ask_where_it_gets_tokens_and_others_may_not(string endpoint)
    {
        var origin = await RegisterAsync(ClientType.Spa, "https://shop-{0}.example");

        Assert.Equal(origin, await AllowedAsync(HttpMethod.Options, endpoint, origin));
        Assert.Equal(origin, await AllowedAsync(HttpMethod.Post, endpoint, origin));
        Assert.Null(await AllowedAsync(HttpMethod.Options, endpoint, Stranger));
        Assert.Null(await AllowedAsync(HttpMethod.Post, endpoint, Stranger));
        Assert.Null(await AllowedAsync(HttpMethod.Post, endpoint, "null"));
    }

    [Theory]
    [InlineData("web")]
    [InlineData("native")]
    public async Task TOK_09_Only_applications_that_run_in_browsers_have_scripts(string type)
    {
        var origin = await RegisterAsync(Enum.Parse<ClientType>(type, ignoreCase: true), $"https://{type}-{{0}}.example");

        Assert.Null(await AllowedAsync(HttpMethod.Post, "connect/token", origin));
    }

    [Theory]
    [InlineData(":8443")]
    [InlineData(".evil.example")]
    public async Task TOK_09_An_origin_that_only_begins_like_a_registered_one_is_a_strangers(string rest)
    {
        var origin = await RegisterAsync(ClientType.Spa, "https://exact-{0}.example");

        Assert.Null(await AllowedAsync(HttpMethod.Post, "connect/token", origin + rest));
        Assert.Null(await AllowedAsync(HttpMethod.Post, "connect/token", origin.Replace("https", "http", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("connect/authorize")]
    [InlineData("connect/introspect")]
    [InlineData("connect/logout")]
    [InlineData("account/sign-in")]
    public async Task TOK_09_Nothing_else_is_for_scripts_of_other_origins_not_even_registered_ones(string endpoint)
    {
        var origin = await RegisterAsync(ClientType.Spa, "https://inner-{0}.example");

        Assert.Null(await AllowedAsync(HttpMethod.Options, endpoint, origin));
        Assert.Null(await AllowedAsync(HttpMethod.Get, endpoint, origin));
    }

    [Theory]
    [InlineData(".well-known/openid-configuration")]
    [InlineData(".well-known/jwks")]
    public async Task What_is_published_may_be_read_by_scripts_of_any_origin(string endpoint) =>
        Assert.Equal("*", await AllowedAsync(HttpMethod.Get, endpoint, Stranger));

    // Origins are looked up at most once a second: one that is registered after it tells when the client in question has been seen.
    private async Task<string> RegisterAsync(ClientType type, string pattern)
    {
        var origin = await RegisterOneAsync(type, pattern);
        var sentinel = await RegisterOneAsync(ClientType.Spa, "https://sentinel-{0}.example");
        while (await AllowedAsync(HttpMethod.Post, "connect/token", sentinel) is null)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), Cancellation);
        }

        return origin;
    }

    private async Task<string> RegisterOneAsync(ClientType type, string pattern)
    {
        var origin = pattern.Replace("{0}", Guid.CreateVersion7().ToString("n"), StringComparison.Ordinal);
        await system.RegisterAsync(new ClientSpec($"cors-{Guid.CreateVersion7():n}", type) { RedirectUris = [$"{origin}/callback"], Scopes = ["openid"] });
        return origin;
    }

    private async Task<string?> AllowedAsync(HttpMethod method, string endpoint, string origin)
    {
        using var client = system.Anonymous();
        using var request = new HttpRequestMessage(method, endpoint);
        request.Headers.Add("Origin", origin);
        if (method == HttpMethod.Options)
        {
            request.Headers.Add("Access-Control-Request-Method", "POST");
        }

        using var response = await client.SendAsync(request, Cancellation);
        Assert.False(response.Headers.Contains("Access-Control-Allow-Credentials"));
        return response.Headers.TryGetValues("Access-Control-Allow-Origin", out var values) ? values.Single() : null;
    }
}
