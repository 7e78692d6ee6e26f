using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using UserDomain.Testing;
using static UserDomain.IdentityServer.Tests.Protocol.RequestObjects.SigningClient;

namespace UserDomain.IdentityServer.Tests.Protocol.RequestObjects;

/// <summary>Authorization requests as signed JWTs, by value (RFC 9101).</summary>
public sealed class RequestObjectTests(RunningSystem system)
{
    [Theory]
    [InlineData("ES256")]
    [InlineData("PS256")]
    [InlineData("RS256")]
    public async Task A_signed_request_is_taken_by_each_algorithm_that_is_published(string algorithm)
    {
        using var client = await SigningClient.CreateAsync(system, key: algorithm == "ES256" ? DpopKey.Create() : DpopKey.CreateRsa(algorithm));
        var user = $"jana-{algorithm.ToLowerInvariant()}";
        await system.CreateUserAsync(user);

        var page = await client.Visitor.FollowAsync(await client.AuthorizeAsync(client.Signed()));
        var arrived = WebVisitor.QueryOf(await client.Visitor.SubmitAsync(page, new() { ["username"] = user, ["password"] = RunningSystem.Password }));

        Assert.Equal("af0ifjsldkj", arrived["state"]);
        Assert.NotNull(arrived["code"]);
        using var http = system.Anonymous();
        var document = await http.GetAsync(new Uri(".well-known/openid-configuration", UriKind.Relative)).BodyAsync();
        Assert.Contains(algorithm, document.Strings("request_object_signing_alg_values_supported"));
        Assert.True(document.GetProperty("request_parameter_supported").GetBoolean());
        Assert.False(document.GetProperty("request_uri_parameter_supported").GetBoolean());
        Assert.False(document.GetProperty("require_signed_request_object").GetBoolean());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("JWT")]
    [InlineData("oauth-authz-req+jwt")]
    public async Task The_typ_may_be_absent_or_say_what_it_is(string? type) => await TakenAsync((header, _) => header["typ"] = type);

    [Fact]
    public async Task The_server_may_be_one_of_several_a_request_is_for() =>
        await TakenAsync((_, claims) => claims["aud"] = new[] { system.PublicUrl.AbsoluteUri, "https://other.example.test/" });

    [Theory]
    [InlineData("nbf", 8)]
    [InlineData("nbf", -3500)]
    [InlineData("exp", 3600)]
    [InlineData("exp", -8)]
    public async Task Clocks_may_differ_a_little(string claim, int seconds) => await TakenAsync((_, claims) => claims[claim] = Now + seconds);

    [Fact]
    public async Task Numbers_and_objects_are_the_parameters_they_would_be_outside()
    {
        using var client = await SigningClient.CreateAsync(system);

        using var good = await client.AuthorizeAsync(client.Signed((_, claims) => (claims["max_age"], claims["claims"]) = (300, new { userinfo = new { email = (object?)null } })));
        using var bad = await client.AuthorizeAsync(client.Signed((_, claims) => claims["claims"] = new { userinfo = 7 }));

        AssertGoesOn(good);
        AssertRefused(bad, "invalid_request");
    }

    [Fact]
    public async Task Nothing_beside_the_request_object_counts()
    {
        using var client = await SigningClient.CreateAsync(system);

        using var answer = await client.AuthorizeAsync(client.Signed((_, claims) => claims["prompt"] = "none"),
            ("prompt", "login"), ("state", "outside"), ("redirect_uri", "https://attacker.example.test/"), ("scope", "openid roles:write"));

        AssertRefused(answer, "login_required");
        Assert.Equal("af0ifjsldkj", WebVisitor.QueryOf(answer)["state"]);
    }

    [Fact]
    public async Task The_pages_speak_the_language_that_is_signed()
    {
        using var client = await SigningClient.CreateAsync(system);

        var page = await client.Visitor.FollowAsync(await client.AuthorizeAsync(client.Signed((_, claims) => claims["ui_locales"] = "de"), ("ui_locales", "en")));

        Assert.Equal(["de"], page.Content.Headers.ContentLanguage);
    }

    [Fact]
    public async Task A_parameter_that_is_outside_only_is_none()
    {
        using var client = await SigningClient.CreateAsync(system);

        using var answer = await client.AuthorizeAsync(client.Signed((_, claims) => claims.Remove("code_challenge")), ("code_challenge", Challenge(client.Visitor)));

        AssertRefused(answer, "invalid_request");
    }

    [Fact]
    public async Task A_pushed_request_object_leads_to_a_code_and_does_not_prove_who_the_client_is()
    {
        using var client = await SigningClient.CreateAsync(system);
        await system.CreateUserAsync("jana-pushes");

        await system.PostAsync("connect/par", ("client_id", client.Visitor.ClientId), ("request", client.Signed())).ErrorAsync(HttpStatusCode.Unauthorized, "invalid_client");
        var pushed = (await client.PushAsync(client.Signed(), ("scope", "openid roles:write")).BodyAsync(HttpStatusCode.Created)).Text("request_uri")!;
        var page = await client.Visitor.FollowAsync(await client.AuthorizeAsync("", ("request_uri", pushed)));
        var arrived = WebVisitor.QueryOf(await client.Visitor.SubmitAsync(page, new() { ["username"] = "jana-pushes", ["password"] = RunningSystem.Password }));

        Assert.NotNull(arrived["code"]);
    }

    private async Task TakenAsync(Action<Dictionary<string, object?>, Dictionary<string, object?>> change)
    {
        using var client = await SigningClient.CreateAsync(system);

        using var answer = await client.AuthorizeAsync(client.Signed(change));

        AssertGoesOn(answer);
    }

    private static string Challenge(WebVisitor visitor) => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(visitor.Verifier)));

    private static void AssertGoesOn(HttpResponseMessage answer) => Assert.StartsWith("/account/sign-in", answer.Headers.Location?.OriginalString, StringComparison.Ordinal);
}
