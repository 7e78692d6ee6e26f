using System.Net;
using CsCheck;
using Microsoft.AspNetCore.WebUtilities;
using UserDomain.IdentityServer.Protocol.Authorization;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Protocol;

/// <summary>Authorization requests at random: each is answered at the client's own address, by our pages, or by a refusal (TOK-03, TOK-14, TST-01).</summary>
public sealed class AuthorizationFuzzTests(RunningSystem system)
{
    private const string ValidClaims = """{"userinfo":{"name":{"essential":true},"email":null},"id_token":{"sub":{"value":"a"},"acr":{"essential":true,"values":["1","phr"]},"auth_time":null}}""";

    private static readonly string[] Names =
    [
        "response_type", "client_id", "redirect_uri", "scope", "state", "nonce", "code_challenge", "code_challenge_method", "response_mode", "prompt", "max_age",
        "claims", "acr_values", "login_hint", "id_token_hint", "ui_locales", "display", "request", "request_uri", "resource", "dpop_jkt", "interaction", "registration",
        "authorization_details", "audience", "client_secret", "client_assertion", "nobody_knows_this", "",
    ];

    private static readonly Gen<string> Values = Gen.OneOf(
        Gen.OneOf("", " ", "\0", "a\0b", "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", "none", "login", "none login", "create", "-1", "0", "1e400", "99999999999999999999", "code", "token", "code code", "query", "form_post", "jwt", "form_post.jwt",
            "openid", "openid offline_access", "urn:user-domain:users", "https://evil.example.test/", "javascript:alert(1)", "//evil.example.test", "urn:ietf:params:oauth:request_uri:\0",
            "urn:ietf:params:oauth:request_uri:x", "e30.e30.", "eyJhbGciOiJub25lIn0.e30.x", "[]", "{}", "null", "\ud83d\ude00", "\uffff", "<script>", "\r\nSet-Cookie: a=b", "%0d%0a"),
        Claims,
        Gen.String[Gen.Char.AlphaNumeric, 0, 3000],
        Gen.String[0, 40].Select(text => string.Concat(text.Where(character => !char.IsSurrogate(character)))));

    private static Gen<string> Claims => Gen.OneOf(
        Gen.Select(Gen.Const(ValidClaims), Mutation.Any).Select((text, mutate) => mutate(text)),
        Gen.Select(
            Gen.OneOf("userinfo", "id_token", "\\ud800", "", "other"),
            Gen.OneOf("sub", "acr", "email", "\\ud800", "", "\\u0000"),
            Gen.OneOf("value", "values", "essential", "\\udc00", ""),
            Gen.OneOf("\"a\"", "\"\\ud800\"", "[\"1\",\"\\udfff\"]", "\"\\u0000\"", "1e400", "true", "null", "[]", "{}", "[[[[[[[[]]]]]]]]"))
        .Select((part, claim, member, value) => $$"""{"{{part}}": {"{{claim}}": {"essential": true, "{{member}}": {{value}} } } }"""));

    [Fact]
    public void TST_01_What_claims_are_asked_for_is_read_or_it_is_not() => Claims.Sample(sent =>
    {
        var read = ClaimsRequest.Read(sent);

        Assert.True(read is null || read.UserInfo.Concat(read.IdToken).All(claim => sent.Contains($"\"{claim}\"", StringComparison.Ordinal) && read.Scopes.Any()), sent);
    }, iter: 20_000);

    [Theory]
    [InlineData("GET", false)]
    [InlineData("GET", true)]
    [InlineData("POST", true)]
    public async Task TST_01_TOK_14_A_request_of_anything_is_answered_where_its_client_is_or_refused(string method, bool signedIn)
    {
        var name = $"fay-{Guid.CreateVersion7():n}";
        await system.CreateUserAsync(name);
        using var visitor = await system.VisitorAsync("offline_access");
        if (signedIn)
        {
            await visitor.SignInAsync(name, RunningSystem.Password);
        }

        await Gen.Select(Gen.OneOf(Names), Values).Array[1, 3].SampleAsync(async changes =>
        {
            var parameters = QueryHelpers.ParseQuery(new Uri(visitor.Http.BaseAddress!, visitor.AuthorizeUrl()).Query).ToDictionary(pair => pair.Key, pair => pair.Value.ToString());
            foreach (var (parameter, value) in changes)
            {
                parameters[parameter] = value;
            }

            using var content = new FormUrlEncodedContent(parameters);
            using var answer = method == "POST"
                ? await visitor.Http.PostAsync(new Uri("connect/authorize", UriKind.Relative), content)
                : await visitor.Http.GetAsync(new Uri("connect/authorize?" + await content.ReadAsStringAsync(), UriKind.Relative));

            AssertHarmless(answer, parameters.GetValueOrDefault("state"), string.Join(", ", changes.Select(change => $"{change.Item1}={Uri.EscapeDataString(change.Item2)}")));
        }, iter: 400, threads: 1);
    }

    private static void AssertHarmless(HttpResponseMessage answer, string? state, string changes)
    {
        var target = answer.Headers.Location?.OriginalString;
        var known = answer.StatusCode switch
        {
            HttpStatusCode.SeeOther or HttpStatusCode.Redirect when target is not null && target.StartsWith("/account/", StringComparison.Ordinal) => true,
            HttpStatusCode.SeeOther or HttpStatusCode.Redirect => target is not null && IsAtClient(new(target), state),
            HttpStatusCode.BadRequest => target is null,
            HttpStatusCode.OK => answer.Content.Headers.ContentType?.MediaType == "text/html",
            HttpStatusCode.RequestUriTooLong or HttpStatusCode.RequestHeaderFieldsTooLarge => true,
            _ => false,
        };
        Assert.True(known && !answer.Headers.Contains("a"), $"{answer.StatusCode} {target} to {changes}");
    }

    private static bool IsAtClient(Uri target, string? state)
    {
        var told = QueryHelpers.ParseQuery((target.Query + target.Fragment).Replace('#', '&'));
        return target.GetLeftPart(UriPartial.Path) == WebVisitor.RedirectUri
            && (told.ContainsKey("response") || ((told.ContainsKey("code") ^ told.ContainsKey("error")) && (string.IsNullOrEmpty(state) || told["state"] == state)));
    }
}
