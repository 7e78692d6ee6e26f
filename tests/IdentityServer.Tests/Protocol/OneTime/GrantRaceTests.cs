using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;
using OpenIddict.EntityFrameworkCore.Models;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Protocol.OneTime;

/// <summary>What leads to tokens leads to them once (TOK-04, TOK-05, TOK-10, TST-02).</summary>
[Collection(nameof(RacingReplicas))]
public sealed class GrantRaceTests(RacingReplicas replicas)
{
    private const string Token = "connect/token";
    private const string DeviceGrant = "urn:ietf:params:oauth:grant-type:device_code";

    [Theory]
    [InlineData("written with its grant")]
    [InlineData("late grant")]
    public async Task TST_02_TOK_04_Of_twenty_uses_of_one_code_exactly_one_wins(string kind)
    {
        var user = $"rae-code-{kind.Length}";
        await replicas.A.CreateUserAsync(user);
        for (var round = 0; round < Race.Rounds; round++)
        {
            using var visitor = await replicas.A.VisitorAsync("offline_access");
            var code = await visitor.CodeAsync(user, RunningSystem.Password);
            if (kind == "late grant")
            {
                code = WebVisitor.QueryOf(await visitor.Http.GetAsync(visitor.AuthorizeUrl()))["code"]!;
            }

            var answers = await Race.RunAsync(replicas.Both, () => Form(visitor, ("grant_type", "authorization_code"), ("code", code),
                ("redirect_uri", WebVisitor.RedirectUri), ("code_verifier", visitor.Verifier)));

            await LivesOrEndsAsWholeAsync(await answers.WinnerAsync(HttpStatusCode.BadRequest, "invalid_grant"), visitor.ClientId, ("client_secret", visitor.ClientSecret));
        }
    }

    [Fact]
    public async Task TST_02_TOK_05_Of_twenty_uses_of_one_refresh_token_exactly_one_wins_and_its_successor_is_good()
    {
        await replicas.A.CreateUserAsync("rae-refresh");
        using var visitor = await replicas.A.VisitorAsync("offline_access");
        var token = (await visitor.SignInAsync("rae-refresh", RunningSystem.Password)).RefreshToken!;
        for (var round = 0; round < Race.Rounds; round++)
        {
            var answers = await Race.RunAsync(replicas.Both, () => Form(visitor, ("grant_type", "refresh_token"), ("refresh_token", token)));

            token = (await answers.WinnerAsync(HttpStatusCode.BadRequest, "invalid_grant")).Text("refresh_token")!;
        }

        Assert.Equal(Race.Rounds + 1, await RowsAsync(visitor.ClientId, "refresh_token"));
        Assert.NotNull((await visitor.RefreshAsync(token)).RefreshToken);
    }

    [Fact]
    public async Task TST_02_TOK_10_Of_twenty_uses_of_one_pushed_request_exactly_one_leads_to_a_code()
    {
        await replicas.A.CreateUserAsync("rae-pushed");
        for (var round = 0; round < Race.Rounds; round++)
        {
            using var visitor = await replicas.A.VisitorAsync();
            await visitor.SignInAsync("rae-pushed", RunningSystem.Password);
            var url = await PushAsync(visitor);

            var answers = await Race.RunAsync(replicas.Both, () => new(HttpMethod.Get, url) { Headers = { { "Cookie", visitor.Cookies.GetCookieHeader(replicas.A.PublicUrl) } } });

            var winner = Assert.Single(answers, answer => WebVisitor.QueryOf(answer).ContainsKey("code"));
            Assert.All(answers.Where(answer => answer != winner), answer => Assert.True(IsRefused(answer), $"{answer.StatusCode} {answer.Headers.Location}"));
            Assert.Equal(2, await RowsAsync(visitor.ClientId, "authorization_code"));
            Assert.NotNull((await visitor.RedeemAsync(WebVisitor.QueryOf(winner)["code"]!)).IdToken);
        }
    }

    [Fact]
    public async Task TST_02_TOK_11_Of_twenty_polls_of_one_device_exactly_one_gets_tokens_and_the_others_are_slowed_down()
    {
        using var person = (await replicas.A.PersonAsync("rae-device")).Person;
        for (var round = 0; round < Race.Rounds; round++)
        {
            var device = await AllowedDeviceAsync(person);

            var answers = await Race.RunAsync(replicas.Both, () => Poll(device));

            var tokens = await answers.WinnerAsync(HttpStatusCode.BadRequest, "slow_down");
            await replicas.A.PostAsync(Token, ("grant_type", "refresh_token"), ("client_id", device.ClientId), ("refresh_token", tokens.Text("refresh_token")!)).BodyAsync();
        }
    }

    [Fact]
    public async Task TST_02_TOK_04_Of_twenty_polls_no_interval_holds_back_exactly_one_gets_tokens()
    {
        using var person = (await replicas.A.PersonAsync("rae-device-free")).Person;
        for (var round = 0; round < Race.Rounds; round++)
        {
            var device = await AllowedDeviceAsync(person);
            await replicas.A.InStoreAsync(store => store.DeviceRequests.ExecuteUpdateAsync(set => set.SetProperty(row => row.PollInterval, -3600)));

            var answers = await Race.RunAsync(replicas.Both, () => Poll(device));

            await LivesOrEndsAsWholeAsync(await answers.WinnerAsync(HttpStatusCode.BadRequest, "invalid_grant"), device.ClientId);
        }
    }

    // Who is so late that the tokens are there already may be a thief: the grant ends then. Who was in time to lose has left nothing behind.
    private async Task LivesOrEndsAsWholeAsync(JsonElement tokens, string clientId, params (string, string)[] credentials)
    {
        Assert.Equal(1, await RowsAsync(clientId, "refresh_token"));
        var grant = Guid.Parse(Jwt.ClaimsOf(tokens.Text("access_token")!).Text("oi_au_id")!);
        var lives = await replicas.A.InStoreAsync(store => store.Set<OpenIddictEntityFrameworkCoreAuthorization<Guid>>().AnyAsync(row => row.Id == grant && row.Status == "valid"));

        var refreshed = replicas.A.PostAsync(Token, [("grant_type", "refresh_token"), ("client_id", clientId), ("refresh_token", tokens.Text("refresh_token")!), .. credentials]);

        await (lives ? refreshed.BodyAsync() : refreshed.ErrorAsync(HttpStatusCode.BadRequest, "invalid_grant"));
    }

    private Task<int> RowsAsync(string clientId, string type) => replicas.A.InStoreAsync(store => store.Set<OpenIddictEntityFrameworkCoreToken<Guid>>()
        .CountAsync(row => row.Application!.ClientId == clientId && row.Type!.EndsWith(type)));

    private async Task<StartedDevice> AllowedDeviceAsync(WebVisitor person)
    {
        var device = await replicas.A.StartDeviceAsync("offline_access");
        await person.AnswerAsync(device.UserCode, "allow");
        return device;
    }

    // Whoever was in time to lose is told so by the client, whose request it was; whoever was later has brought what is no request any more.
    private static bool IsRefused(HttpResponseMessage answer) => answer.Headers.Location is null
        ? answer.StatusCode == HttpStatusCode.BadRequest
        : answer.Headers.Location.OriginalString.StartsWith(WebVisitor.RedirectUri, StringComparison.Ordinal) && WebVisitor.QueryOf(answer)["error"] == "invalid_request_uri";

    private static HttpRequestMessage Poll(StartedDevice device) =>
        Race.Form(Token, ("grant_type", DeviceGrant), ("client_id", device.ClientId), ("device_code", device.DeviceCode));

    private static HttpRequestMessage Form(WebVisitor visitor, params (string, string)[] form) =>
        Race.Form(Token, [.. form, ("client_id", visitor.ClientId), ("client_secret", visitor.ClientSecret)]);

    private static async Task<string> PushAsync(WebVisitor visitor)
    {
        var request = QueryHelpers.ParseQuery(new Uri(visitor.Http.BaseAddress!, visitor.AuthorizeUrl()).Query);
        var pushed = await visitor.PostAsApplicationAsync("connect/par", [.. request.Where(pair => pair.Key != "client_id").Select(pair => (pair.Key, pair.Value.ToString()))])
            .BodyAsync(HttpStatusCode.Created);
        return QueryHelpers.AddQueryString("connect/authorize", new Dictionary<string, string?> { ["client_id"] = visitor.ClientId, ["request_uri"] = pushed.Text("request_uri") });
    }
}
