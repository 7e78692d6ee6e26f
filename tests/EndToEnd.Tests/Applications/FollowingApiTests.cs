using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.JsonWebTokens;
using UserDomain.Database;
using UserDomain.IdentityStore.Sessions;
using UserDomain.RevocationFeed;

namespace UserDomain.EndToEnd.Tests.Applications;

/// <summary>An API of somebody else that follows the revocation log by the library, set up as its page says.</summary>
public sealed class FollowingApiTests(RunningSystem system)
{
    private static readonly TimeSpan AtWorst = TimeSpan.FromSeconds(5);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task REV_01_It_refuses_what_was_revoked_whether_or_not_streams_come_through_to_it(bool streams)
    {
        using var follower = await system.ClientWithAsync(["revocations:read"]);
        await using var api = Build(follower, streams ? null : new Obstacle("/stream"));
        var origin = await api.StartHereAsync();
        using var service = await system.ClientWithAsync(["roles:read"]);
        Assert.Equal(HttpStatusCode.OK, await AskAsync(origin, service, HttpMethod.Get));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(origin, service, HttpMethod.Post));

        await RevokeAsync(Revocation.Of(RevocationKinds.Token, new JsonWebToken(TokenOf(service)).Id, TimeProvider.System.GetStoredNow()));

        await UntilAsync(HttpStatusCode.Unauthorized, () => AskAsync(origin, service, HttpMethod.Get), AtWorst);
    }

    [Fact]
    public async Task REV_01_It_refuses_what_a_compromised_key_has_signed_although_it_still_knows_the_key()
    {
        await using var own = new RunningSystem();
        await own.InitializeAsync();
        using var follower = await own.ClientWithAsync(["revocations:read"]);
        await using var api = Build(follower, obstacle: null, own);
        var origin = await api.StartHereAsync();
        using var service = await own.ClientWithAsync(["roles:read"]);
        Assert.Equal(HttpStatusCode.OK, await AskAsync(origin, service, HttpMethod.Get));

        await own.InStoreAsync(store =>
        {
            store.Revocations.Add(Revocation.OfKey(new JsonWebToken(TokenOf(service)).Kid, TimeProvider.System.GetStoredNow()));
            return store.SaveChangesAsync(Cancellation);
        });

        await UntilAsync(HttpStatusCode.Unauthorized, () => AskAsync(origin, service, HttpMethod.Get), AtWorst);
    }

    [Fact]
    public async Task REV_02_While_it_does_not_know_what_was_revoked_it_answers_reads_and_holds_writes()
    {
        using var follower = await system.ClientWithAsync(["revocations:read"]);
        var obstacle = new Obstacle(null);
        await using var api = Build(follower, obstacle);
        var origin = await api.StartHereAsync();
        using var service = await system.ClientWithAsync(["roles:read"]);
        Assert.Equal(HttpStatusCode.OK, await AskAsync(origin, service, HttpMethod.Post));

        // Nothing gets through any more, and what is being told ends.
        obstacle.Stops = "";
        await RevokeAsync(Revocation.Of(RevocationKinds.Token, new JsonWebToken(TokenOf(follower)).Id, TimeProvider.System.GetStoredNow()));
        await UntilAsync(HttpStatusCode.ServiceUnavailable, () => AskAsync(origin, service, HttpMethod.Post), TimeSpan.FromSeconds(20));

        Assert.Equal(HttpStatusCode.OK, await AskAsync(origin, service, HttpMethod.Get));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(origin, null, HttpMethod.Post));
    }

    [Fact]
    public async Task Its_page_shows_it_as_it_is_tested_here()
    {
        var page = await File.ReadAllTextAsync(Repository.PathOf("docs/revocation-feed.md"), Cancellation);
        var sample = page.Split("```csharp")[1].Split("```")[0].Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var source = (await File.ReadAllTextAsync(Repository.PathOf("tests/EndToEnd.Tests/Applications/FollowingApiTests.cs"), Cancellation)).ReplaceLineEndings("\n");

        Assert.All(sample, line => Assert.Contains(line.Split("//")[0].TrimEnd(), source, StringComparison.Ordinal));
    }

    private WebApplication Build(HttpClient follower, Obstacle? obstacle, RunningSystem? from = null)
    {
        var issuer = (from ?? system).PublicUrl;
        var builder = LocalApplication.CreateBuilder();
        builder.Services.AddSingleton(new TokenOfThisService(follower));
        builder.Services.AddHttpClient(RevocationFeedOptions.DefaultClient)
            .AddHttpMessageHandler<TokenOfThisService>();
        if (obstacle is not null)
        {
            builder.Services.AddHttpClient(RevocationFeedOptions.DefaultClient).AddHttpMessageHandler(() => obstacle);
        }

        builder.Services.AddAuthorization();
        builder.Services.AddAuthentication().AddJwtBearer(options => Configure(options, issuer))
            .AddRevocationFeed(feed => feed.Log = new Uri(issuer, "api/v1/revocations"));
        var app = builder.Build();
        app.UseAuthentication();
        app.UseRevocationFeed();
        app.UseAuthorization();
        app.MapGet("/", () => "read").RequireAuthorization();
        app.MapPost("/", () => "written").RequireAuthorization();
        return app;
    }

    private static void Configure(JwtBearerOptions options, Uri issuer)
    {
        options.Authority = issuer.AbsoluteUri;
        options.Audience = "urn:user-domain:roles";
        options.RequireHttpsMetadata = false;
        options.MapInboundClaims = false;
    }

    private Task<int> RevokeAsync(Revocation entry) => system.InStoreAsync(store =>
    {
        store.Revocations.Add(entry);
        return store.SaveChangesAsync(Cancellation);
    });

    private static async Task<HttpStatusCode> AskAsync(Uri api, HttpClient? service, HttpMethod method)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(method, api);
        request.Headers.Authorization = service?.DefaultRequestHeaders.Authorization;
        using var answer = await client.SendAsync(request, Cancellation);
        Assert.True(answer.StatusCode != HttpStatusCode.ServiceUnavailable || answer.Headers.RetryAfter is not null);
        return answer.StatusCode;
    }

    private static async Task UntilAsync(HttpStatusCode expected, Func<Task<HttpStatusCode>> ask, TimeSpan atWorst)
    {
        var clock = Stopwatch.StartNew();
        for (var last = await ask(); last != expected; last = await ask())
        {
            Assert.Equal(HttpStatusCode.OK, last);
            Assert.True(clock.Elapsed < atWorst, $"Still answered after {clock.Elapsed.TotalSeconds:0.0} s.");
            await Task.Delay(TimeSpan.FromMilliseconds(50), Cancellation);
        }
    }

    private static string TokenOf(HttpClient service) => service.DefaultRequestHeaders.Authorization!.Parameter!;

    private sealed class TokenOfThisService(HttpClient service) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", TokenOf(service));
            return base.SendAsync(request, cancellationToken);
        }
    }

    /// <summary>Something on the way that does not let through what has a text in its path.</summary>
    private sealed class Obstacle(string? stops) : DelegatingHandler
    {
        public string? Stops { get; set; } = stops;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Stops is not null && request.RequestUri!.AbsolutePath.Contains(Stops, StringComparison.Ordinal)
                ? Task.FromException<HttpResponseMessage>(new HttpRequestException("There is something on the way."))
                : base.SendAsync(request, cancellationToken);
    }
}
