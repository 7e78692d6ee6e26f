using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using OpenIddict.EntityFrameworkCore.Models;
using UserDomain.IdentityServer.Clients;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Protocol.FastPath;

/// <summary>Codes of the fast path, whose grant is written when they are redeemed: on the fast path, or with a parameter nobody knows in the pipeline.</summary>
public sealed class LateGrantTests(RunningSystem system)
{
    private static readonly (string, string)[] Fast = [];
    private static readonly (string, string)[] Piped = [("of_no_meaning", "1")];

    [Fact]
    public async Task AUD_02_The_audit_trail_is_told_of_a_grant_when_its_code_is_redeemed_and_where_the_person_was()
    {
        foreach (var way in new[] { Fast, Piped })
        {
            using var visitor = await SignedInAsync();
            using var browser = From(IPAddress.Loopback, visitor.Cookies);
            using var application = From(IPAddress.IPv6Loopback, new());
            var before = await GrantsAsync(visitor);

            var code = await SilentCodeAsync(browser, visitor.AuthorizeUrl());

            Assert.Equal(before, await GrantsAsync(visitor));
            using var form = new FormUrlEncodedContent([.. Form(visitor, code).Concat(way).Append(("client_id", visitor.ClientId)).Append(("client_secret", visitor.ClientSecret))
                .Select(pair => new KeyValuePair<string, string>(pair.Item1, pair.Item2))]);
            var claims = Jwt.ClaimsOf((await application.PostAsync(new Uri("connect/token", UriKind.Relative), form).BodyAsync()).Text("access_token")!);
            Assert.Equal(before + 1, await GrantsAsync(visitor));
            var told = await system.EventAsync(claims.Text("oi_au_id")!, "grant.created");
            Assert.Equal((IPAddress.Loopback, claims.Text("sid")), (IPAddress.Parse(told.Text("address")!).MapToIPv4(), told.Text("sessionId")));
        }
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task TOK_04_REV_01_A_code_that_comes_back_ends_its_tokens(bool firstPiped, bool secondPiped)
    {
        using var visitor = await SignedInAsync();
        var code = await SilentCodeAsync(visitor);
        var tokens = await visitor.RedeemAsync(code, Way(firstPiped));

        await RefusedAsync(visitor, code, Way(secondPiped));

        await visitor.PostTokenAsync(("grant_type", "refresh_token"), ("refresh_token", tokens.RefreshToken!)).ErrorAsync(HttpStatusCode.BadRequest, "invalid_grant");
        using var info = await system.UserInfoAsync(tokens.AccessToken);
        Assert.Equal(HttpStatusCode.Unauthorized, info.StatusCode);
        await system.EventAsync(Jwt.ClaimsOf(tokens.AccessToken).Text("sub")!, "token.reuse-detected");
        await RefusedAsync(visitor, code, Fast);
        await RefusedAsync(visitor, code, Piped);
    }

    [Theory]
    [InlineData("code_verifier", "wrong-wrong-wrong-wrong-wrong-wrong-wrong-wrong")]
    [InlineData("redirect_uri", "http://localhost:9/elsewhere")]
    [InlineData("redirect_uri", "")]
    public async Task TOK_04_A_bad_attempt_does_not_use_a_code_up(string parameter, string value)
    {
        foreach (var (bad, good) in new[] { (Fast, Fast), (Fast, Piped), (Piped, Fast), (Piped, Piped) })
        {
            using var visitor = await SignedInAsync();
            var code = await SilentCodeAsync(visitor);

            using var answer = await visitor.PostTokenAsync([.. Form(visitor, code).Where(pair => pair.Item1 != parameter), (parameter, value), .. bad]);

            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            Assert.NotNull((await visitor.RedeemAsync(code, good)).RefreshToken);
        }
    }

    [Fact]
    public async Task TOK_04_A_code_is_good_for_its_client_alone()
    {
        foreach (var way in new[] { Fast, Piped })
        {
            using var visitor = await SignedInAsync();
            using var thief = await system.VisitorAsync("offline_access");
            var code = await SilentCodeAsync(visitor);

            await thief.PostTokenAsync([.. Form(visitor, code), .. way]).ErrorAsync(HttpStatusCode.BadRequest, "invalid_grant");

            Assert.NotNull((await visitor.RedeemAsync(code)).RefreshToken);
        }
    }

    [Theory]
    [InlineData("session")]
    [InlineData("user")]
    public async Task TOK_13_A_code_gives_nothing_when_who_it_is_of_is_signed_in_no_more(string what)
    {
        foreach (var way in new[] { Fast, Piped })
        {
            using var visitor = await SignedInAsync();
            var user = Guid.Parse(Jwt.ClaimsOf((await visitor.RedeemAsync(await SilentCodeAsync(visitor))).AccessToken).Text("sub")!);
            var code = await SilentCodeAsync(visitor);
            await (what == "session"
                ? system.InStoreAsync(store => store.Sessions.Where(row => row.UserId == user).ExecuteUpdateAsync(set => set.SetProperty(row => row.ClosedAt, TimeProvider.System.GetUtcNow())))
                : system.InStoreAsync(store => store.Users.Where(row => row.Id == user).ExecuteUpdateAsync(set => set.SetProperty(row => row.DisabledAt, TimeProvider.System.GetUtcNow()))));

            await RefusedAsync(visitor, code, way);
        }
    }

    [Fact]
    public async Task TOK_13_A_code_of_a_person_who_was_changed_since_gives_tokens_that_say_so()
    {
        using var visitor = await SignedInAsync();
        var user = Guid.Parse(Jwt.ClaimsOf((await visitor.RedeemAsync(await SilentCodeAsync(visitor))).AccessToken).Text("sub")!);
        var code = await SilentCodeAsync(visitor);
        await system.InStoreAsync(store => store.Users.Where(row => row.Id == user).ExecuteUpdateAsync(set => set.SetProperty(row => row.Version, row => row.Version + 1)));

        var tokens = await visitor.RedeemAsync(code);
        var next = await visitor.RefreshAsync(tokens.RefreshToken!);

        var version = await system.InStoreAsync(store => store.Users.Where(row => row.Id == user).Select(row => row.Version).SingleAsync());
        Assert.Equal((version, version), (VersionOf(tokens), VersionOf(next)));
    }

    [Fact]
    public async Task CLI_02_A_code_of_a_client_that_was_changed_since_is_good()
    {
        foreach (var way in new[] { Fast, Piped })
        {
            using var visitor = await SignedInAsync();
            var code = await SilentCodeAsync(visitor);
            await system.InStoreAsync(store => store.Set<OpenIddictEntityFrameworkCoreApplication<Guid>>().Where(row => row.ClientId == visitor.ClientId)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.ConcurrencyToken, "changed")));

            Assert.NotNull((await visitor.RedeemAsync(code, way)).RefreshToken);
            await RefusedAsync(visitor, code, way);
        }
    }

    [Fact]
    public async Task TOK_04_A_code_ends_after_a_minute()
    {
        var clock = new MovedClock();
        await using var late = RunningSystem.At(clock);
        await late.InitializeAsync();
        await late.CreateUserAsync("late-minute");
        foreach (var way in new[] { Fast, Piped })
        {
            using var visitor = await late.VisitorAsync("offline_access");
            await visitor.CodeAsync("late-minute", RunningSystem.Password);
            var (inTime, tooLate) = (await SilentCodeAsync(visitor), await SilentCodeAsync(visitor));

            clock.Move(TimeSpan.FromSeconds(55));
            Assert.NotNull((await visitor.RedeemAsync(inTime, way)).RefreshToken);

            clock.Move(TimeSpan.FromSeconds(6));
            await RefusedAsync(visitor, tooLate, way);
        }
    }

    [Fact]
    public async Task TOK_12_A_code_is_nothing_to_ask_about_or_to_revoke()
    {
        using var visitor = await SignedInAsync();
        var before = await GrantsAsync(visitor);
        var code = await SilentCodeAsync(visitor);

        Assert.Equal("""{"active":false}""", (await visitor.PostAsApplicationAsync("connect/introspect", ("token", code)).BodyAsync()).Compact());
        (await visitor.PostAsApplicationAsync("connect/revoke", ("token", code))).Dispose();

        Assert.Equal(before, await GrantsAsync(visitor));
        Assert.NotNull((await visitor.RedeemAsync(code)).RefreshToken);
    }

    [Fact]
    public async Task CLI_03_A_code_a_person_has_to_allow_is_written_at_once_so_that_it_ends_when_they_take_it_back()
    {
        var name = await UserAsync();
        using var visitor = await system.VisitorOfAsync(new(Unique("web"), ClientType.Web) { Scopes = ["openid"], RequireConsent = true }, ["openid"]);
        await visitor.CodeAsync(name, RunningSystem.Password);
        var before = await GrantsAsync(visitor);

        await SilentCodeAsync(visitor);

        Assert.Equal(before + 1, await GrantsAsync(visitor));
    }

    private static (string, string)[] Way(bool piped) => piped ? Piped : Fast;

    private static string Unique(string name) => $"{name}-{RandomNumberGenerator.GetHexString(12, lowercase: true)}";

    private static long VersionOf(TokenAnswer tokens) => Jwt.ClaimsOf(tokens.AccessToken).GetProperty("ver").GetInt64();

    private static Task<string> SilentCodeAsync(WebVisitor visitor) => SilentCodeAsync(visitor.Http, visitor.AuthorizeUrl());

    private static async Task<string> SilentCodeAsync(HttpClient browser, string url)
    {
        using var answer = await browser.GetAsync(new Uri(url, UriKind.Relative));
        return WebVisitor.QueryOf(answer)["code"]!;
    }

    private HttpClient From(IPAddress address, CookieContainer cookies) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        CookieContainer = cookies,
        ConnectCallback = async (context, cancellationToken) =>
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(address, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        },
    })
    {
        BaseAddress = system.PublicUrl,
    };

    private static (string, string)[] Form(WebVisitor visitor, string code) =>
        [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", WebVisitor.RedirectUri), ("code_verifier", visitor.Verifier)];

    private static Task<JsonElement> RefusedAsync(WebVisitor visitor, string code, (string, string)[] way) =>
        visitor.PostTokenAsync([.. Form(visitor, code), .. way]).ErrorAsync(HttpStatusCode.BadRequest, "invalid_grant");

    private Task<int> GrantsAsync(WebVisitor visitor) => system.InStoreAsync(store => store.Set<OpenIddictEntityFrameworkCoreAuthorization<Guid>>()
        .CountAsync(row => row.Application!.ClientId == visitor.ClientId && row.Type == "ad-hoc"));

    private async Task<WebVisitor> SignedInAsync()
    {
        var visitor = await system.VisitorAsync("offline_access", "users:read");
        await visitor.CodeAsync(await UserAsync(), RunningSystem.Password);
        return visitor;
    }

    private async Task<string> UserAsync()
    {
        var name = Unique("late");
        await system.CreateUserAsync(name);
        return name;
    }
}
