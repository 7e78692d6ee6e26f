using System.Buffers.Text;
using System.Text;
using UserDomain.AdminUi.Access;
using UserDomain.Contracts;

namespace UserDomain.AdminUi.Tests.Access;

public sealed class TokenSetTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 4, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_new_session_needs_a_token_for_every_api() =>
        Assert.Equal(TokenSet.Apis, TokenSet.Of("refresh").DueAt(Now));

    [Fact]
    public void A_token_is_due_thirty_seconds_before_its_end()
    {
        var tokens = All(endsIn: TimeSpan.FromMinutes(5));

        Assert.Empty(tokens.DueAt(Now.AddMinutes(5).AddSeconds(-31)));
        Assert.Equal(TokenSet.Apis, tokens.DueAt(Now.AddMinutes(5).AddSeconds(-30)));
    }

    [Fact]
    public void Only_the_token_that_ends_is_due()
    {
        var tokens = All(endsIn: TimeSpan.FromMinutes(5)).With(Api.Audit, new("soon", Now.AddSeconds(10)), null);

        Assert.Equal([Api.Audit], tokens.DueAt(Now));
    }

    [Fact]
    public void Every_renewal_replaces_the_refresh_token()
    {
        var tokens = TokenSet.Of("first").With(Api.Users, new("a", Now), "second");

        Assert.Equal("second", tokens.RefreshToken);
        Assert.Equal("second", tokens.With(Api.Roles, new("b", Now), null).RefreshToken);
    }

    [Fact]
    public void A_token_is_given_to_its_own_api_only()
    {
        var tokens = TokenSet.Of("refresh").With(Api.Users, new("users-token", Now), null);

        Assert.Equal("users-token", tokens.TokenFor(Api.Users));
        Assert.Null(tokens.TokenFor(Api.Roles));
    }

    [Fact]
    public void An_api_without_a_token_gives_no_permission_and_is_not_asked_again_at_once()
    {
        var tokens = All(endsIn: TimeSpan.FromMinutes(5)).With(Api.Audit, new(null, Now.AddMinutes(5)), null);

        Assert.Empty(tokens.Permissions());
        Assert.Empty(tokens.DueAt(Now));
    }

    [Theory]
    [InlineData("{}", 100_000, 100_000, false)]
    [InlineData("""{"session_idle_timeout":120}""", 1000, 119, false)]
    [InlineData("""{"session_idle_timeout":120}""", 1000, 120, true)]
    [InlineData("""{"session_lifetime":600}""", 599, 1, false)]
    [InlineData("""{"session_lifetime":600}""", 600, 1, true)]
    [InlineData("""{"session_lifetime":600,"session_idle_timeout":60}""", 599, 60, true)]
    [InlineData("""{"session_lifetime":"600","session_idle_timeout":6e99}""", 600, 600, false)]
    public void SES_02_A_session_ends_when_any_token_tells_of_a_role_that_says_so(string payload, int secondsOld, int secondsIdle, bool ends)
    {
        var told = $"e30.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(payload))}.c2ln";
        var tokens = All(endsIn: TimeSpan.FromMinutes(5)).With(Api.Audit, new(null, Now), null).With(Api.Roles, new(told, Now), null);

        Assert.Equal(ends, tokens.EndSession(Now.AddSeconds(-secondsOld), Now.AddSeconds(-secondsIdle), Now));
    }

    private static TokenSet All(TimeSpan endsIn) =>
        TokenSet.Apis.Aggregate(TokenSet.Of("refresh"), (tokens, api) => tokens.With(api, new("token", Now + endsIn), null));
}
