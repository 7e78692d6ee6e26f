using System.Net;
using Microsoft.EntityFrameworkCore;
using UserDomain.Testing;
using static UserDomain.IdentityServer.Tests.Protocol.FastPath.EitherWay;

namespace UserDomain.IdentityServer.Tests.Protocol.FastPath;

/// <summary>UserInfo and introspection: the fast path tells of a token what the pipeline does, and no more once it has ended.</summary>
public sealed class FastPathIntrospectionTests(RunningSystem system)
{
    [Theory]
    [InlineData("openid profile email")]
    [InlineData("openid users:read")]
    public async Task UserInfo_and_introspection_tell_the_same_either_way(string scopes)
    {
        var name = await system.UserAsync();
        using var visitor = await system.VisitorWithAsync(scopes.Split(' '));
        var token = (await visitor.SignInAsync(name, RunningSystem.Password)).AccessToken;

        using var info = await system.UserInfoAsync(token);
        using var pipedInfo = await system.UserInfoAsync(token, HttpMethod.Post);
        using var seen = await visitor.PostAsApplicationAsync("connect/introspect", ("token", token));
        using var pipedSeen = await visitor.PostAsApplicationAsync("connect/introspect", ("token", token), Unknown);

        await AssertSameDocumentAsync(info, pipedInfo);
        await AssertSameDocumentAsync(seen, pipedSeen);
    }

    [Fact]
    public async Task A_service_is_told_the_same_of_its_token_either_way()
    {
        var service = await system.ServiceAsync("roles:read");
        var token = (await system.PostAsync(service, "connect/token", ("grant_type", "client_credentials"), ("scope", "roles:read")).BodyAsync()).Text("access_token")!;

        using var seen = await system.PostAsync(service, "connect/introspect", ("token", token), ("token_type_hint", "access_token"));
        using var pipedSeen = await system.PostAsync(service, "connect/introspect", ("token", token), ("token_type_hint", "access_token"), Unknown);

        await AssertSameDocumentAsync(seen, pipedSeen);
    }

    [Theory]
    [InlineData("session")]
    [InlineData("user")]
    [InlineData("token")]
    [InlineData("grant")]
    public async Task REV_01_A_token_that_was_told_of_before_is_told_of_no_more_once_it_has_ended(string what)
    {
        var name = await system.UserAsync();
        using var visitor = await system.VisitorWithAsync("openid", "offline_access");
        var tokens = await visitor.SignInAsync(name, RunningSystem.Password);
        for (var times = 0; times < 2; times++)
        {
            using var before = await system.UserInfoAsync(tokens.AccessToken);
            Assert.Equal(HttpStatusCode.OK, before.StatusCode);
            Assert.True((await visitor.PostAsApplicationAsync("connect/introspect", ("token", tokens.AccessToken)).BodyAsync()).GetProperty("active").GetBoolean());
        }

        await EndAsync(what, visitor, tokens);

        using var after = await system.UserInfoAsync(tokens.AccessToken);
        Assert.Equal(HttpStatusCode.Unauthorized, after.StatusCode);
        Assert.Equal("""{"active":false}""", (await visitor.PostAsApplicationAsync("connect/introspect", ("token", tokens.AccessToken)).BodyAsync()).Compact());
    }

    [Fact]
    public async Task A_token_that_was_told_of_before_does_not_stand_for_one_with_another_signature()
    {
        var name = await system.UserAsync();
        using var visitor = await system.VisitorWithAsync("openid");
        var token = (await visitor.SignInAsync(name, RunningSystem.Password)).AccessToken;
        using var before = await system.UserInfoAsync(token);

        var parts = token.Split('.');
        using var after = await system.UserInfoAsync($"{parts[0]}.{parts[1]}.{(parts[2][0] == 'A' ? 'B' : 'A')}{parts[2][1..]}");

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Unauthorized), (before.StatusCode, after.StatusCode));
    }

    private async Task EndAsync(string what, WebVisitor visitor, TokenAnswer tokens)
    {
        switch (what)
        {
            case "session":
                await system.InStoreAsync(store => store.Sessions.Where(row => row.Id == tokens.SessionId).ExecuteUpdateAsync(set => set.SetProperty(row => row.ClosedAt, TimeProvider.System.GetUtcNow())));
                break;
            case "user":
                var user = Guid.Parse(Jwt.ClaimsOf(tokens.AccessToken).Text("sub")!);
                await system.InStoreAsync(store => store.Users.Where(row => row.Id == user).ExecuteUpdateAsync(set => set.SetProperty(row => row.DisabledAt, TimeProvider.System.GetUtcNow())));
                break;
            case "grant":
                (await visitor.PostAsApplicationAsync("connect/revoke", ("token", tokens.RefreshToken!))).Dispose();
                break;
            default:
                (await visitor.PostAsApplicationAsync("connect/revoke", ("token", tokens.AccessToken))).Dispose();
                break;
        }
    }
}
