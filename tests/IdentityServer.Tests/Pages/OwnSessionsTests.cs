using System.Net;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Pages;

/// <summary>People see where they are signed in, and end what they do not want (SES-03).</summary>
public sealed class OwnSessionsTests(RunningSystem system)
{
    private static readonly Uri Account = new("account", UriKind.Relative);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SES_03_A_person_ends_one_of_their_other_sessions()
    {
        var user = await system.CreateUserAsync();
        var (here, one, two) = (await SignedInAsync(user), await SignedInAsync(user), await SignedInAsync(user));

        await EndAsync(here, one.Tokens.SessionId.ToString());

        Assert.Equal((bool[])[true, false, true], await AreSignedInAsync(here, one, two));
        using var refused = await one.Visitor.PostTokenAsync(("grant_type", "refresh_token"), ("refresh_token", one.Tokens.RefreshToken!));
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        var closed = await system.EventAsync(one.Tokens.SessionId, "session.closed");
        Assert.Equal((user.ToString(), here.Tokens.SessionId.ToString(), "signed-out"), (closed.GetProperty("actor").Text("id"), closed.Text("sessionId"), closed.GetProperty("after").Text("reason")));
    }

    [Fact]
    public async Task SES_03_A_person_ends_all_of_their_other_sessions()
    {
        var user = await system.CreateUserAsync();
        var (here, one, two, other) = (await SignedInAsync(user), await SignedInAsync(user), await SignedInAsync(user), await SignedInAsync(await system.CreateUserAsync()));

        await EndAsync(here, "others");

        Assert.Equal((bool[])[true, false, false, true], await AreSignedInAsync(here, one, two, other));
    }

    [Fact]
    public async Task SES_03_Nobody_ends_a_session_of_somebody_else_nor_this_one_nor_what_there_is_not()
    {
        var (here, other) = (await SignedInAsync(await system.CreateUserAsync()), await SignedInAsync(await system.CreateUserAsync()));

        foreach (var id in (string[])[other.Tokens.SessionId.ToString(), here.Tokens.SessionId.ToString(), Guid.CreateVersion7().ToString(), "nothing", ""])
        {
            await EndAsync(here, id);
        }

        Assert.Equal((bool[])[true, true], await AreSignedInAsync(here, other));
    }

    [Fact]
    public async Task SES_03_A_form_of_another_site_ends_nothing()
    {
        var user = await system.CreateUserAsync();
        var (here, one) = (await SignedInAsync(user), await SignedInAsync(user));

        using var form = new FormUrlEncodedContent([new("session", "others")]);
        using var refused = await here.Visitor.Http.PostAsync(Account, form, Cancellation);

        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.True(await IsSignedInAsync(one.Visitor));
    }

    [Fact]
    public async Task Who_is_not_signed_in_any_more_signs_in_first()
    {
        var user = await system.CreateUserAsync();
        var (here, one) = (await SignedInAsync(user), await SignedInAsync(user));
        var page = await here.Visitor.Http.GetAsync(Account, Cancellation);
        await EndAsync(one, here.Tokens.SessionId.ToString());

        using var answer = await here.Visitor.SubmitAsync(page, new() { ["session"] = "others" });

        Assert.Equal("/account/sign-in", answer.RequestMessage!.RequestUri!.AbsolutePath);
        Assert.True(await IsSignedInAsync(one.Visitor));
    }

    private async Task<(WebVisitor Visitor, TokenAnswer Tokens)> SignedInAsync(Guid user)
    {
        var visitor = await system.VisitorAsync("offline_access");
        var name = await system.InStoreAsync(store => store.Users.FindAsync([user], Cancellation).AsTask());
        return (visitor, await visitor.SignInAsync(name!.UserName!, RunningSystem.Password));
    }

    private static async Task EndAsync((WebVisitor Visitor, TokenAnswer Tokens) here, string session)
    {
        var page = await here.Visitor.Http.GetAsync(Account, Cancellation);
        using var answer = await here.Visitor.SubmitAsync(page, new() { ["session"] = session });
        Assert.Equal((HttpStatusCode.OK, "/account"), (answer.StatusCode, answer.RequestMessage!.RequestUri!.AbsolutePath));
    }

    private static async Task<bool[]> AreSignedInAsync(params (WebVisitor Visitor, TokenAnswer Tokens)[] people)
    {
        var found = new List<bool>();
        foreach (var (visitor, _) in people)
        {
            found.Add(await IsSignedInAsync(visitor));
        }

        return [.. found];
    }

    private static async Task<bool> IsSignedInAsync(WebVisitor visitor)
    {
        using var answer = await visitor.Http.GetAsync(Account, Cancellation);
        return answer.StatusCode == HttpStatusCode.OK;
    }
}
