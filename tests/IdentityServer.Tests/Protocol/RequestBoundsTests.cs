using System.Net;
using Microsoft.AspNetCore.WebUtilities;
using UserDomain.IdentityServer.Tests.Protocol.Assertions;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Protocol;

/// <summary>What is refused whatever it asks for, and how the client learns of it.</summary>
public sealed class RequestBoundsTests(RunningSystem system)
{
    [Theory]
    [InlineData("state", 2048)]
    [InlineData("nonce", 256)]
    public async Task TOK_14_A_parameter_may_be_as_long_as_this_and_no_longer(string name, int length)
    {
        using var visitor = await system.VisitorAsync();

        using var longest = await visitor.Http.GetAsync(visitor.AuthorizeUrl((name, new string('s', length))));
        using var longer = await visitor.Http.GetAsync(visitor.AuthorizeUrl((name, new string('s', length + 1))));

        Assert.Equal("/account/sign-in", PathOf(longest));
        AssertRefused(longer, "invalid_request", name);
    }

    [Theory]
    [InlineData("scope", "openid", 50)]
    [InlineData("ui_locales", "en", 10)]
    public async Task TOK_14_A_list_may_have_as_many_names_as_this_and_no_more(string name, string item, int count)
    {
        using var visitor = await system.VisitorAsync();

        using var longest = await visitor.Http.GetAsync(visitor.AuthorizeUrl((name, Names(count))));
        using var longer = await visitor.Http.GetAsync(visitor.AuthorizeUrl((name, Names(count + 1))));

        Assert.Equal("/account/sign-in", PathOf(longest));
        AssertRefused(longer, "invalid_request", name);

        string Names(int count) => string.Join(' ', Enumerable.Repeat(item, count));
    }

    [Theory]
    [InlineData("nonce")]
    [InlineData("prompt")]
    [InlineData("scope")]
    [InlineData("nobody_knows_this")]
    public async Task TOK_14_A_parameter_of_an_authorization_request_that_comes_twice_is_refused(string name)
    {
        using var visitor = await system.VisitorAsync();

        using var answer = await visitor.Http.GetAsync(QueryHelpers.AddQueryString(visitor.AuthorizeUrl((name, "openid")), name, "openid"));

        AssertRefused(answer, "invalid_request", name);
    }

    [Theory]
    [InlineData("client_id")]
    [InlineData("redirect_uri")]
    public async Task TOK_14_Without_one_client_and_one_redirect_URI_nobody_is_redirected(string name)
    {
        using var visitor = await system.VisitorAsync();
        var url = visitor.AuthorizeUrl();
        var value = QueryHelpers.ParseQuery(url[url.IndexOf('?', StringComparison.Ordinal)..])[name].ToString();

        using var answer = await visitor.Http.GetAsync(QueryHelpers.AddQueryString(url, name, value));

        Assert.Equal((HttpStatusCode.BadRequest, null), (answer.StatusCode, answer.Headers.Location));
    }

    [Theory]
    [InlineData("connect/token", "grant_type")]
    [InlineData("connect/token", "client_id")]
    [InlineData("connect/token", "scope")]
    [InlineData("connect/introspect", "token")]
    [InlineData("connect/revoke", "token")]
    public async Task TOK_14_A_parameter_of_a_form_that_comes_twice_is_refused(string endpoint, string name)
    {
        var service = await system.ServiceAsync("roles:read");

        await system.PostAsync(service, endpoint, ("grant_type", "client_credentials"), ("token", "t"), ("scope", "roles:read"), (name, "again"))
            .ErrorAsync(HttpStatusCode.BadRequest, "invalid_request");
    }

    [Theory]
    [InlineData("request", "e30.e30.", "invalid_request_object")]
    [InlineData("code_challenge", "", "invalid_request")]
    [InlineData("code_challenge_method", "plain", "invalid_request")]
    [InlineData("response_type", "token", "unsupported_response_type")]
    [InlineData("response_type", "id_token", "unsupported_response_type")]
    [InlineData("response_type", "code id_token", "unsupported_response_type")]
    [InlineData("prompt", "none login", "invalid_request")]
    [InlineData("scope", "openid roles:write", "invalid_scope")]
    public async Task TOK_01_TOK_02_A_client_is_told_what_is_wrong_with_its_request(string name, string value, string error)
    {
        using var visitor = await system.VisitorAsync();

        using var answer = await visitor.Http.GetAsync(visitor.AuthorizeUrl((name, value)));

        AssertRefused(answer, error);
    }

    // Initiating User Registration via OpenID Connect 1.0 section 4.1.1: who does not offer it refuses it.
    [Theory]
    [InlineData("create")]
    [InlineData("create login")]
    [InlineData("nothing")]
    [InlineData("Login")]
    public async Task A_prompt_that_is_not_supported_is_refused_with_those_that_are(string prompt)
    {
        using var visitor = await system.VisitorAsync();

        using var answer = await visitor.Http.GetAsync(visitor.AuthorizeUrl(("prompt", prompt)));

        AssertRefused(answer, "invalid_request", "none, login, consent, select_account");
        await visitor.PostAsApplicationAsync("connect/par", [.. QueryHelpers.ParseQuery(visitor.AuthorizeUrl(("prompt", prompt)).Split('?')[1])
            .Where(pair => pair.Key != "client_id").Select(pair => (pair.Key, pair.Value.ToString()))]).ErrorAsync(HttpStatusCode.BadRequest, "invalid_request");
    }

    [Theory]
    [InlineData("")]
    [InlineData("code code")]
    public async Task A_request_without_one_response_type_does_not_say_how_to_answer_and_the_person_is_told(string type)
    {
        using var visitor = await system.VisitorAsync();

        using var answer = await visitor.Http.GetAsync(visitor.AuthorizeUrl(("response_type", type)));

        Assert.Equal((HttpStatusCode.BadRequest, "text/html"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
    }

    [Theory]
    [InlineData("connect/token", 400)]
    [InlineData("connect/par", 400)]
    [InlineData("connect/device", 400)]
    [InlineData("connect/introspect", 400)]
    [InlineData("connect/revoke", 400)]
    [InlineData("connect/userinfo", 400)]
    [InlineData("connect/authorize", 400)]
    [InlineData("connect/logout", 400)]
    public async Task TOK_14_A_form_that_cannot_be_read_is_refused(string endpoint, int status)
    {
        using var broken = await system.PostAsync(endpoint, ("client_id", "a\0b"));
        using var many = await system.PostAsync(endpoint, [.. Enumerable.Range(0, 2000).Select(index => ($"p{index}", "v"))]);

        Assert.Equal((status, status), ((int)broken.StatusCode, (int)many.StatusCode));
    }

    [Theory]
    [InlineData("connect/authorize?client_id=a%00b")]
    [InlineData("connect/authorize?interaction=%00%00%00%00%00%00%00%00%00%00%00%00%00%00%00%00%00%00%00%00%00%00")]
    [InlineData("connect/logout?client_id=a%00b")]
    [InlineData("account/device?user_code=BCDF%00GHJK")]
    [InlineData("account/sign-in?returnUrl=%2F%00")]
    public async Task TOK_14_A_null_character_is_refused_in_an_address_as_in_a_form(string address)
    {
        using var client = system.Anonymous();

        using var answer = await client.GetAsync(new Uri(address, UriKind.Relative));

        Assert.Equal((HttpStatusCode.BadRequest, "text/html"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
    }

    [Theory]
    [InlineData("connect/token")]
    [InlineData("connect/introspect")]
    [InlineData("connect/revoke")]
    public async Task CLI_01_Nobody_is_known_by_a_name_with_a_null_character(string endpoint)
    {
        using var key = DpopKey.Create();

        await system.PostWithBasicAsync("a\0b", "secret", endpoint, ("grant_type", "client_credentials"), ("token", "t")).ErrorAsync(HttpStatusCode.Unauthorized, "invalid_client");
        await system.PostAsync(endpoint, [("grant_type", "client_credentials"), ("token", "t"), .. AssertionCalls.Form(system.AssertionOf("a\0b", key))])
            .ErrorAsync(HttpStatusCode.Unauthorized, "invalid_client");
    }

    private static void AssertRefused(HttpResponseMessage answer, string error, string about = "")
    {
        Assert.StartsWith(WebVisitor.RedirectUri, answer.Headers.Location?.OriginalString, StringComparison.Ordinal);
        var parameters = QueryHelpers.ParseQuery((answer.Headers.Location!.Query + answer.Headers.Location.Fragment).Replace('#', '&'));
        Assert.Equal(error, parameters["error"]);
        Assert.DoesNotContain("error_uri", parameters.Keys);
        Assert.Contains(about, parameters["error_description"].ToString(), StringComparison.Ordinal);
    }

    private static string PathOf(HttpResponseMessage answer) => answer.Headers.Location!.OriginalString.Split('?')[0];
}
