using System.Net;
using Microsoft.EntityFrameworkCore;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Protocol;

/// <summary>UserInfo (OpenID Connect Core 1.0 section 5.3).</summary>
public sealed class UserInfoTests(RunningSystem system)
{
    private const string Endpoint = "connect/userinfo";

    [Theory]
    [InlineData("", "sub")]
    [InlineData("email", "email email_verified sub")]
    [InlineData("profile", "given_name locale name preferred_username sub updated_at")]
    [InlineData("profile email", "email email_verified given_name locale name preferred_username sub updated_at")]
    public async Task Each_scope_gives_its_claims_and_no_other(string scopes, string claims)
    {
        var (user, token) = await SignedInAsync(scopes.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        var answer = await system.UserInfoAsync(token).BodyAsync();

        Assert.Equal(claims.Split(' '), answer.EnumerateObject().Select(claim => claim.Name).Order(StringComparer.Ordinal));
        Assert.Equal(user.ToString(), answer.Text("sub"));
    }

    [Fact]
    public async Task Claims_are_as_they_are_now_and_not_as_they_were_at_sign_in()
    {
        var (user, token) = await SignedInAsync("profile", "email");
        await system.InStoreAsync(store => store.Users.Where(row => row.Id == user)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.DisplayName, "Renamed").SetProperty(row => row.EmailConfirmed, false)));

        var answer = await system.UserInfoAsync(token).BodyAsync();

        Assert.Equal("Renamed", answer.Text("name"));
        Assert.False(answer.GetProperty("email_verified").GetBoolean());
    }

    [Fact]
    public async Task GET_and_POST_answer_the_same_and_nobody_keeps_it()
    {
        var (_, token) = await SignedInAsync("profile", "email");

        using var got = await system.UserInfoAsync(token);
        using var posted = await system.UserInfoAsync(token, HttpMethod.Post);

        Assert.Equal(await got.Content.ReadAsStringAsync(), await posted.Content.ReadAsStringAsync());
        Assert.Equal("application/json", got.Content.Headers.ContentType?.MediaType);
        Assert.True(got.Headers.CacheControl?.NoStore, "TOK-09");
        Assert.True(posted.Headers.CacheControl?.NoStore, "TOK-09");
    }

    [Fact]
    public async Task A_POST_may_have_nothing_but_its_header()
    {
        var (user, token) = await SignedInAsync();
        using var client = system.Anonymous();
        using var request = new HttpRequestMessage(HttpMethod.Post, Endpoint) { Headers = { Authorization = new("Bearer", token) } };

        using var answer = await client.SendAsync(request);

        Assert.Equal(user.ToString(), (await Task.FromResult(answer).BodyAsync()).Text("sub"));
    }

    [Theory]
    [InlineData("users:read", "urn:user-domain:users")]
    [InlineData("sessions:read", "urn:user-domain:sessions")]
    [InlineData("profile", null)]
    public async Task An_access_token_for_any_API_opens_it_if_it_has_the_scope_openid(string scope, string? audience)
    {
        var (user, token) = await SignedInAsync(scope);

        Assert.Equal([audience ?? system.PublicUrl.AbsoluteUri], Jwt.ClaimsOf(token).Strings("aud"));
        Assert.Equal(user.ToString(), (await system.UserInfoAsync(token).BodyAsync()).Text("sub"));
    }

    [Fact]
    public async Task Without_a_token_it_asks_for_one()
    {
        using var client = system.Anonymous();

        using var answer = await client.GetAsync(new Uri(Endpoint, UriKind.Relative));

        Assert.Contains(answer.StatusCode, new[] { HttpStatusCode.BadRequest, HttpStatusCode.Unauthorized });
        Assert.StartsWith("Bearer", answer.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0.eyJzdWIiOiJ4Iiwic2NvcGUiOiJvcGVuaWQifQ.")]
    public async Task What_is_no_token_of_ours_is_refused(string token) => await RefusedAsync(token);

    [Fact]
    public async Task TOK_07_Only_an_access_token_opens_it()
    {
        await system.CreateUserAsync("uma-kinds");
        using var visitor = await system.VisitorAsync("offline_access");
        var tokens = await visitor.SignInAsync("uma-kinds", RunningSystem.Password);
        var parts = tokens.AccessToken.Split('.');

        await RefusedAsync(tokens.IdToken!);
        await RefusedAsync(tokens.RefreshToken!);
        await RefusedAsync(await visitor.CodeAsync("uma-kinds", RunningSystem.Password));
        await RefusedAsync($"{parts[0]}.{parts[1]}.{parts[2][..^4]}AAAA");
    }

    [Fact]
    public async Task AUZ_02_A_token_is_taken_from_the_header_or_a_form_and_never_from_the_query()
    {
        var (_, token) = await SignedInAsync("profile");
        using var client = system.Anonymous();

        using var inQuery = await client.GetAsync(new Uri($"{Endpoint}?access_token={token}", UriKind.Relative));
        using var inBody = await system.PostAsync(Endpoint, ("access_token", token));

        Assert.Equal(HttpStatusCode.BadRequest, inQuery.StatusCode);
        Assert.Equal(HttpStatusCode.OK, inBody.StatusCode);
    }

    [Theory]
    [InlineData("users:read")]
    [InlineData("")]
    public async Task A_token_without_the_scope_openid_is_refused(string scope)
    {
        var service = await system.ServiceAsync("users:read");
        var token = (await system.PostAsync(service, "connect/token", ("grant_type", "client_credentials"), ("scope", scope)).BodyAsync()).Text("access_token")!;

        using var answer = await system.UserInfoAsync(token);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains("insufficient_scope", answer.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TOK_13_A_disabled_user_is_told_of_to_nobody()
    {
        var (user, token) = await SignedInAsync("profile");
        await system.InStoreAsync(store => store.Users.Where(row => row.Id == user).ExecuteUpdateAsync(set => set.SetProperty(row => row.DisabledAt, TimeProvider.System.GetUtcNow())));

        await RefusedAsync(token);
    }

    private async Task RefusedAsync(string token)
    {
        using var answer = await system.UserInfoAsync(token);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.StartsWith("Bearer", answer.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        Assert.Contains("invalid_token", answer.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }

    private async Task<(Guid User, string AccessToken)> SignedInAsync(params string[] scopes)
    {
        var user = await system.CreateUserAsync();
        var name = await system.InStoreAsync(async store =>
        {
            var row = await store.Users.SingleAsync(row => row.Id == user);
            (row.DisplayName, row.GivenName, row.FamilyName, row.Locale) = ("Uma Example", "Uma", null, "de-AT");
            await store.SaveChangesAsync();
            return row.UserName!;
        });
        using var visitor = await system.VisitorAsync(scopes);
        return (user, (await visitor.SignInAsync(name, RunningSystem.Password)).AccessToken);
    }
}
