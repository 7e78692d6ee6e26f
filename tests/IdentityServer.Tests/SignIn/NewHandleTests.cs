using System.Net;
using Microsoft.EntityFrameworkCore;
using UserDomain.Contracts;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.SignIn;

/// <summary>Whoever got hold of a cookie has nothing from it once its person has proved again who they are (SES-01).</summary>
public sealed class NewHandleTests(RunningSystem system)
{
    private const string CookieName = "user-domain.session";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("prompt", "login")]
    [InlineData("max_age", "0")]
    public async Task SES_01_The_cookie_of_before_is_refused_after_a_person_has_signed_in_again_and_the_session_goes_on(string parameter, string value)
    {
        var (name, visitor) = await SignedInAsync();
        var before = HandleOf(visitor);
        var session = (await visitor.SignInAsync(name, RunningSystem.Password)).SessionId;

        var again = await visitor.SignInAsync(name, RunningSystem.Password, (parameter, value));

        Assert.Equal(session, again.SessionId);
        Assert.NotEqual(before, HandleOf(visitor));
        Assert.True(await IsSignedInAsync(visitor, HandleOf(visitor)));
        Assert.False(await IsSignedInAsync(visitor, before));
    }

    [Fact]
    public async Task SES_01_The_cookie_of_before_is_refused_after_somebody_else_has_signed_in_in_the_same_browser()
    {
        var (_, visitor) = await SignedInAsync();
        var before = HandleOf(visitor);
        var other = await NameOfAsync(await system.CreateUserAsync());

        await visitor.SignInAsync(other, RunningSystem.Password, ("prompt", "login"));

        Assert.False(await IsSignedInAsync(visitor, before));
        Assert.True(await IsSignedInAsync(visitor, HandleOf(visitor)));
    }

    [Fact]
    public async Task SES_01_No_cookie_of_before_is_good_after_a_new_password_and_setting_it_makes_none()
    {
        var (name, visitor) = await SignedInAsync();
        var before = HandleOf(visitor);
        var user = await system.InStoreAsync(store => store.Users.Where(row => row.UserName == name).Select(row => row.Id).SingleAsync(Cancellation));
        using var manager = await system.ClientWithAsync([Scopes.UsersRead, Scopes.UsersWrite]);
        var link = (await manager.PostAsync($"api/v1/users/{user}/password-reset", null, Cancellation).BodyAsync()).Text("url")!;

        var page = await visitor.FollowAsync(await visitor.Http.GetAsync(new Uri(link), Cancellation));
        using var answer = await visitor.SubmitAsync(page, new() { ["password"] = "another-lantern-over-fjord-72", ["passwordConfirmation"] = "another-lantern-over-fjord-72" });

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.False(await IsSignedInAsync(visitor, before));
        Assert.Equal(before, HandleOf(visitor));
        await visitor.SignInAsync(name, "another-lantern-over-fjord-72");
    }

    [Fact]
    public async Task SES_01_A_handle_somebody_else_has_put_into_the_browser_is_not_the_one_that_is_signed_in()
    {
        var name = await NameOfAsync(await system.CreateUserAsync());
        using var visitor = await system.VisitorAsync();
        var planted = new string('A', 43);
        visitor.Cookies.Add(system.PublicUrl, new Cookie(CookieName, planted, "/"));

        await visitor.SignInAsync(name, RunningSystem.Password);

        Assert.NotEqual(planted, HandleOf(visitor));
        Assert.False(await IsSignedInAsync(visitor, planted));
    }

    private async Task<(string Name, WebVisitor Visitor)> SignedInAsync()
    {
        var name = await NameOfAsync(await system.CreateUserAsync());
        var visitor = await system.VisitorAsync();
        await visitor.SignInAsync(name, RunningSystem.Password);
        return (name, visitor);
    }

    private Task<string> NameOfAsync(Guid user) => system.InStoreAsync(store => store.Users.Where(row => row.Id == user).Select(row => row.UserName!).SingleAsync(Cancellation));

    private string HandleOf(WebVisitor visitor) => visitor.Cookies.GetCookies(system.PublicUrl)[CookieName]!.Value;

    /// <summary>As another browser that has the cookie.</summary>
    private async Task<bool> IsSignedInAsync(WebVisitor visitor, string handle)
    {
        using var anonymous = system.Anonymous();
        using var request = new HttpRequestMessage(HttpMethod.Get, visitor.AuthorizeUrl(("prompt", "none")));
        request.Headers.Add("Cookie", $"{CookieName}={handle}");
        using var answer = await anonymous.SendAsync(request, Cancellation);
        return WebVisitor.QueryOf(answer).ContainsKey("code");
    }
}
