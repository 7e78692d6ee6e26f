using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Protocol;

/// <summary>OAuth 2.0 Form Post Response Mode, the default of ASP.NET Core's handler.</summary>
public sealed partial class FormPostTests(RunningSystem system)
{
    private const string Hostile = "\"><script>alert(1)</script>";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WEB_01_The_answer_is_a_form_for_the_application_and_the_policy_lets_only_its_own_script_run()
    {
        await system.CreateUserAsync("fred-form");
        using var visitor = await system.VisitorAsync();
        var page = await visitor.FollowAsync(await visitor.Http.GetAsync(visitor.AuthorizeUrl(("response_mode", "form_post"), ("state", Hostile)), Cancellation));

        var answer = await visitor.SubmitAsync(page, new() { ["username"] = "fred-form", ["password"] = RunningSystem.Password });
        var html = await answer.Content.ReadAsStringAsync(Cancellation);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains($"action=\"{WebVisitor.RedirectUri}\"", html, StringComparison.Ordinal);
        Assert.Contains("name=\"code\"", html, StringComparison.Ordinal);
        Assert.Contains($"name=\"state\" value=\"{System.Text.Encodings.Web.HtmlEncoder.Default.Encode(Hostile)}\"", html, StringComparison.Ordinal);
        var script = Assert.Single(Scripts().Matches(html)).Groups[1].Value;
        var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains($"script-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(script)))}'", policy, StringComparison.Ordinal);
        Assert.True(answer.Headers.CacheControl!.NoStore);
    }

    [Fact]
    public async Task A_refusal_goes_the_same_way()
    {
        using var visitor = await system.VisitorAsync();

        var answer = await visitor.Http.GetAsync(visitor.AuthorizeUrl(("response_mode", "form_post"), ("prompt", "none")), Cancellation);

        Assert.Contains("name=\"error\" value=\"login_required\"", await answer.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [GeneratedRegex("<script>(.*?)</script>")]
    private static partial Regex Scripts();
}
