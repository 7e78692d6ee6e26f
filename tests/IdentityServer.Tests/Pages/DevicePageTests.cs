using System.Net;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using UserDomain.IdentityServer.Tests.Protocol;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Pages;

/// <summary>The pages on which a person answers a device, where codes could be guessed and people be talked into allowing a stranger's device.</summary>
[Collection("Devices")]
public sealed partial class DevicePageTests(RunningSystem system) : IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await system.ForgetGuessesAsync();

    public async ValueTask DisposeAsync() => await system.ForgetGuessesAsync();

    [Fact]
    public async Task Who_opens_the_link_with_the_code_signs_in_first_finds_it_filled_in_and_still_has_to_go_on_and_answer()
    {
        await system.CreateUserAsync("jan-link");
        using var person = await system.VisitorAsync();
        var device = await system.StartDeviceAsync("users:read");
        var link = new Uri(device.Answer.Text("verification_uri_complete")!);

        var page = await person.SignInAtDeviceAsync("jan-link", link.PathAndQuery[1..]);
        Assert.Contains($"value=\"{device.UserCode}\"", await page.TextAsync(), StringComparison.Ordinal);
        await system.PollAsync(device).ErrorAsync(HttpStatusCode.BadRequest, "authorization_pending");

        var question = await person.SubmitAsync(page, new() { ["user_code"] = device.UserCode });
        var text = await question.TextAsync();
        Assert.Equal("/connect/verify", question.PathOf());
        foreach (var said in new[] { device.ClientId, device.UserCode, "Does the device in front of you show this code?", "If somebody sent you this code", "Know who you are", "127.0.0.1", "jan-link" })
        {
            Assert.Contains(said, text, StringComparison.Ordinal);
        }

        await system.PollAsync(device).ErrorAsync(HttpStatusCode.BadRequest, "authorization_pending");
    }

    [Fact]
    public async Task A_code_may_be_typed_in_lower_case_with_a_space_for_the_dash()
    {
        using var person = (await system.PersonAsync("jan-types")).Person;
        var code = (await system.StartDeviceAsync()).UserCode;
        var typed = string.Concat(code.Select(letter => letter == '-' ? ' ' : char.ToLowerInvariant(letter)));

        Assert.Equal("/connect/verify", (await person.EnterAsync(typed)).PathOf());
    }

    [Fact]
    public async Task LOG_05_A_code_that_never_was_one_that_has_ended_and_one_that_was_used_get_the_same_answer()
    {
        using var person = (await system.PersonAsync("jan-same")).Person;
        var (used, denied, ended) = (await system.StartDeviceAsync(), await system.StartDeviceAsync(), await system.StartDeviceAsync());
        await person.AnswerAsync(used.UserCode, "allow");
        await person.AnswerAsync(denied.UserCode, "deny");
        await system.EndCodesAsync(TimeSpan.FromSeconds(1));

        var answers = new List<(HttpStatusCode, string)>();
        foreach (var code in new[] { "BCDF-GHJK", used.UserCode, denied.UserCode, ended.UserCode, "not a code" })
        {
            var page = await person.EnterAsync(code);
            answers.Add((page.StatusCode, Variable().Replace(await page.TextAsync(), "").Replace(code, "CODE", StringComparison.Ordinal)));
        }

        Assert.Single(answers.Distinct());
        Assert.Equal(HttpStatusCode.BadRequest, answers[0].Item1);
    }

    [Fact]
    public async Task TOK_11_LOG_04_After_ten_wrong_codes_not_even_the_right_one_is_looked_at()
    {
        using var person = (await system.PersonAsync("jan-guesses")).Person;
        var device = await system.StartDeviceAsync();
        for (var at = 0; at < 10; at++)
        {
            Assert.Equal(HttpStatusCode.BadRequest, (await person.EnterAsync("BCDF-GHJK")).StatusCode);
        }

        var refused = await person.EnterAsync(device.UserCode);

        Assert.Equal((HttpStatusCode.TooManyRequests, "/account/device"), (refused.StatusCode, refused.PathOf()));
        Assert.NotNull(refused.Headers.RetryAfter);
    }

    [Theory]
    [InlineData("device-code:user:")]
    [InlineData("device-code:address:")]
    [InlineData("device-code:all")]
    public async Task LOG_04_Wrong_codes_are_counted_by_user_by_address_and_all_together(string kept)
    {
        using var person = (await system.PersonAsync($"jan-counted-{kept.Length}")).Person;
        await person.EnterAsync("BCDF-GHJK");
        await system.InStoreAsync(async store =>
        {
            await store.AttemptCounters.Where(row => !row.Name.StartsWith(kept)).ExecuteDeleteAsync();
            return await store.AttemptCounters.Where(row => row.Name.StartsWith(kept)).ExecuteUpdateAsync(set => set.SetProperty(row => row.Count, 1000));
        });

        Assert.Equal(HttpStatusCode.TooManyRequests, (await person.EnterAsync("BCDF-GHJK")).StatusCode);
    }

    [Fact]
    public async Task LOG_04_When_the_window_has_passed_codes_are_taken_again()
    {
        using var person = (await system.PersonAsync("jan-waits")).Person;
        await person.EnterAsync("BCDF-GHJK");
        await system.InStoreAsync(store => store.AttemptCounters.ExecuteUpdateAsync(set => set
            .SetProperty(row => row.Count, 1000).SetProperty(row => row.EndsAt, DateTimeOffset.UnixEpoch)));

        Assert.Equal("/connect/verify", (await person.EnterAsync((await system.StartDeviceAsync()).UserCode)).PathOf());
    }

    [Fact]
    public async Task Codes_that_work_do_not_count()
    {
        using var person = (await system.PersonAsync("jan-many")).Person;
        for (var at = 0; at < 12; at++)
        {
            Assert.Equal("/connect/verify", (await person.EnterAsync((await system.StartDeviceAsync()).UserCode)).PathOf());
        }
    }

    [Fact]
    public async Task TST_02_Of_forty_guesses_at_once_ten_are_looked_at()
    {
        using var person = (await system.PersonAsync("jan-parallel")).Person;
        var page = await person.Http.GetAsync(new Uri("account/device", UriKind.Relative), TestContext.Current.CancellationToken);

        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => person.PostFormAsync(page, new() { ["user_code"] = "BCDF-GHJK" })));

        Assert.InRange(answers.Count(answer => answer.StatusCode == HttpStatusCode.BadRequest), 1, 10);
        Assert.All(answers.Where(answer => answer.StatusCode != HttpStatusCode.BadRequest), answer => Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode));
    }

    [Fact]
    public async Task LOG_10_The_endpoint_that_takes_the_answer_looks_at_no_code_but_that_of_its_ticket()
    {
        using var person = (await system.PersonAsync("jan-oracle")).Person;
        var device = await system.StartDeviceAsync();

        foreach (var address in new[] { $"connect/verify?user_code={device.UserCode}", "connect/verify?user_code=BCDF-GHJK", "connect/verify?ticket=nonsense", "connect/verify" })
        {
            using var answer = await person.Http.GetAsync(new Uri(address, UriKind.Relative), TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            Assert.DoesNotContain(device.ClientId, await answer.TextAsync(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_question_can_be_answered_only_in_the_session_it_was_asked_in()
    {
        using var person = (await system.PersonAsync("jan-asked")).Person;
        using var other = (await system.PersonAsync("jan-other")).Person;
        var device = await system.StartDeviceAsync();
        var question = await person.EnterAsync(device.UserCode);

        using var answer = await other.Http.GetAsync(question.RequestMessage!.RequestUri, TestContext.Current.CancellationToken);
        using var anonymous = system.Anonymous();
        using var stranger = await anonymous.GetAsync(question.RequestMessage!.RequestUri, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.StartsWith("/account/sign-in", stranger.Headers.Location!.OriginalString, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("__RequestVerificationToken", "", null)]
    [InlineData("decision", "allow", "cross-site")]
    public async Task WEB_02_An_answer_another_site_sends_is_refused(string field, string value, string? site)
    {
        using var person = (await system.PersonAsync($"jan-forged-{value}")).Person;
        var device = await system.StartDeviceAsync();
        var question = await person.EnterAsync(device.UserCode);
        if (site is not null)
        {
            person.Http.DefaultRequestHeaders.Add("Sec-Fetch-Site", site);
        }

        using var answer = await person.PostFormAsync(question, new() { ["decision"] = "allow", [field] = value });

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        await system.PollAsync(device).ErrorAsync(HttpStatusCode.BadRequest, "authorization_pending");
    }

    [Fact]
    public async Task TST_02_Of_answers_at_once_one_counts()
    {
        using var person = (await system.PersonAsync("jan-twice")).Person;
        var device = await system.StartDeviceAsync();
        var question = await person.EnterAsync(device.UserCode);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(at => person.PostFormAsync(question, new() { ["decision"] = at % 2 == 0 ? "allow" : "deny" })));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode));
        var counted = Assert.Single(answers, answer => !answer.Headers.Location!.OriginalString.Contains("notice", StringComparison.Ordinal)).Headers.Location!.OriginalString;
        using var poll = await system.PollAsync(device);
        Assert.Equal(counted.EndsWith("allowed", StringComparison.Ordinal), poll.IsSuccessStatusCode);
        Assert.Equal(poll.IsSuccessStatusCode ? 1 : 0, await system.InStoreAsync(store => store.SessionAuthorizations.CountAsync(row => row.ClientId == device.ClientId)));
    }

    [Fact]
    public async Task The_pages_are_kept_nowhere_and_framed_by_nobody()
    {
        using var person = (await system.PersonAsync("jan-headers")).Person;
        var question = await person.EnterAsync((await system.StartDeviceAsync()).UserCode);
        using var code = await person.Http.GetAsync(new Uri("account/device", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.All(new[] { question, code }, page =>
        {
            Assert.True(page.Headers.CacheControl!.NoStore);
            Assert.Contains("frame-ancestors 'none'", page.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        });
    }

    [GeneratedRegex("""<input name="__RequestVerificationToken"[^>]*>|value="[^"]*"|href="/account/language[^"]*"|[0-9A-Z]{4}-[0-9A-Z]{2}""")]
    private static partial Regex Variable();
}
