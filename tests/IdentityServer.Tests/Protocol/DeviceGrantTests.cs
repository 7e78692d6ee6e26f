using System.Net;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using OpenIddict.EntityFrameworkCore.Models;
using UserDomain.IdentityServer.Clients;
using UserDomain.IdentityServer.Protocol.Device;
using UserDomain.IdentityServer.Pruning;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Protocol;

/// <summary>The device authorization grant (RFC 8628) as a device sees it.</summary>
[Collection("Devices")]
public sealed class DeviceGrantTests(RunningSystem system)
{
    [Fact]
    public async Task A_device_is_told_its_codes_how_long_they_last_where_its_person_goes_and_how_often_it_may_ask()
    {
        var device = await system.StartDeviceAsync("users:read");

        Assert.Matches("^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$", device.UserCode);
        Assert.Equal($"{system.PublicUrl}account/device", device.Answer.Text("verification_uri"));
        Assert.Equal($"{system.PublicUrl}account/device?user_code={device.UserCode}", device.Answer.Text("verification_uri_complete"));
        Assert.InRange(device.Answer.GetProperty("expires_in").GetInt32(), 595, 600);
        Assert.Equal(5, device.Answer.GetProperty("interval").GetInt32());
    }

    [Fact]
    public async Task A_device_a_person_allows_gets_tokens_that_say_who_and_how_and_belong_to_their_session()
    {
        var (person, _) = await system.PersonAsync("ida-allows");
        using var _ = person;
        var device = await system.StartDeviceAsync("offline_access", "users:read");
        await system.PollAsync(device).ErrorAsync(HttpStatusCode.BadRequest, "authorization_pending");

        var done = await person.AnswerAsync(device.UserCode, "allow");
        var tokens = await system.TokensAsync(device);

        Assert.Equal("/account/device/allowed", done.PathOf());
        var (access, identity) = (Jwt.ClaimsOf(tokens.AccessToken), Jwt.ClaimsOf(tokens.IdToken!));
        Assert.Equal(["urn:user-domain:users"], access.Strings("aud"));
        Assert.Equal(device.ClientId, access.Text("client_id"));
        foreach (var claim in new[] { "sub", "exp", "iat", "nbf", "jti", "client_id", "scope", "sid", "ver", "acr", "amr", "auth_time" })
        {
            Assert.True(access.TryGetProperty(claim, out var _), $"TOK-06: {claim} is missing in {access}");
        }

        Assert.Equal([device.ClientId], identity.Strings("aud"));
        Assert.Equal(tokens.SessionId, await system.InStoreAsync(store => store.Sessions.Where(row => row.UserId == access.GetProperty("sub").GetGuid()).Select(row => row.Id).SingleAsync()));
        Assert.DoesNotContain(identity.EnumerateObject(), claim => claim.Name.StartsWith("oi_", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.OK, (await system.UserInfoAsync(tokens.AccessToken)).StatusCode);
        Assert.NotNull(await RefreshAsync(device, tokens.RefreshToken!));
    }

    [Fact]
    public async Task Without_offline_access_a_device_gets_no_refresh_token()
    {
        using var person = (await system.PersonAsync("ida-online")).Person;
        var device = await system.StartDeviceAsync();
        await person.AnswerAsync(device.UserCode, "allow");

        Assert.Null((await system.TokensAsync(device)).RefreshToken);
    }

    [Fact]
    public async Task The_resource_a_device_names_at_the_beginning_is_what_its_tokens_are_for()
    {
        using var person = (await system.PersonAsync("ida-resource")).Person;
        var client = await system.DeviceClientAsync("users:read", "roles:read");
        var device = await system.StartDeviceOfAsync(client, ("scope", "openid users:read roles:read"), ("resource", "urn:user-domain:roles"));
        await person.AnswerAsync(device.UserCode, "allow");

        Assert.Equal(["urn:user-domain:roles"], Jwt.ClaimsOf((await system.TokensAsync(device)).AccessToken).Strings("aud"));
        await system.PostAsync("connect/device", ("client_id", client), ("scope", "openid users:read"), ("resource", "urn:user-domain:roles"))
            .ErrorAsync(HttpStatusCode.BadRequest, "invalid_target");
    }

    [Fact]
    public async Task A_device_a_person_denies_is_told_so()
    {
        using var person = (await system.PersonAsync("ida-denies")).Person;
        var device = await system.StartDeviceAsync();

        var done = await person.AnswerAsync(device.UserCode, "deny");

        Assert.Equal("/account/device/denied", done.PathOf());
        await system.PollAsync(device).ErrorAsync(HttpStatusCode.BadRequest, "access_denied");
        Assert.Equal("/account/device", (await person.EnterAsync(device.UserCode)).PathOf());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task TOK_11_A_device_that_comes_after_ten_minutes_is_told_that_its_code_has_expired(bool allowed)
    {
        using var person = (await system.PersonAsync($"ida-late-{allowed}")).Person;
        var device = await system.StartDeviceAsync();
        if (allowed)
        {
            await person.AnswerAsync(device.UserCode, "allow");
        }

        await system.EndCodesAsync(TimeSpan.FromSeconds(1));

        await system.PollAsync(device).ErrorAsync(HttpStatusCode.BadRequest, "expired_token");
    }

    [Fact]
    public async Task TOK_11_To_be_allowed_does_not_make_a_code_last_longer()
    {
        using var person = (await system.PersonAsync("ida-same-end")).Person;
        var device = await system.StartDeviceAsync();
        await system.EndCodesAsync(TimeSpan.FromMinutes(-1));
        await person.AnswerAsync(device.UserCode, "allow");

        var end = TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(2);
        Assert.False(await system.InStoreAsync(store => store.Set<OpenIddictEntityFrameworkCoreToken<Guid>>()
            .AnyAsync(row => row.Type!.EndsWith("device_code") && row.Application!.ClientId == device.ClientId && row.ExpirationDate > end)));
    }

    [Fact]
    public async Task TOK_04_A_device_code_that_comes_back_after_its_use_ends_all_tokens_of_its_grant()
    {
        using var person = (await system.PersonAsync("ida-replay")).Person;
        var device = await system.StartDeviceAsync("offline_access");
        await person.AnswerAsync(device.UserCode, "allow");
        var tokens = await system.TokensAsync(device);

        await system.PollAsync(device).ErrorAsync(HttpStatusCode.BadRequest, "invalid_grant");

        Assert.Null(await RefreshAsync(device, tokens.RefreshToken!));
        Assert.Equal(HttpStatusCode.Unauthorized, (await system.UserInfoAsync(tokens.AccessToken)).StatusCode);
    }

    [Fact]
    public async Task A_closed_session_ends_what_its_person_allowed_before_and_after_the_device_came_for_it()
    {
        var user = await system.CreateUserAsync("ida-closes");
        using var person = await system.VisitorAsync();
        await person.SignInAtDeviceAsync("ida-closes");
        var (had, waiting) = (await system.StartDeviceAsync("offline_access"), await system.StartDeviceAsync("offline_access"));
        await person.AnswerAsync(had.UserCode, "allow");
        await person.AnswerAsync(waiting.UserCode, "allow");
        var tokens = await system.TokensAsync(had);

        await person.SubmitAsync(await person.Http.GetAsync(new Uri("account/sign-out", UriKind.Relative), TestContext.Current.CancellationToken), []);

        Assert.Null(await RefreshAsync(had, tokens.RefreshToken!));
        Assert.Equal(HttpStatusCode.Unauthorized, (await system.UserInfoAsync(tokens.AccessToken)).StatusCode);
        await system.PollAsync(waiting).ErrorAsync(HttpStatusCode.BadRequest, "invalid_grant");
        Assert.True(await system.InStoreAsync(store => store.Sessions.AllAsync(row => row.UserId != user || row.ClosedAt != null)));
    }

    [Fact]
    public async Task TOK_13_A_user_who_was_disabled_meanwhile_gives_a_device_nothing()
    {
        var user = await system.CreateUserAsync("ida-disabled");
        using var person = await system.VisitorAsync();
        await person.SignInAtDeviceAsync("ida-disabled");
        var device = await system.StartDeviceAsync();
        await person.AnswerAsync(device.UserCode, "allow");
        await system.InStoreAsync(store => store.Users.Where(row => row.Id == user)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.DisabledAt, TimeProvider.System.GetUtcNow())));

        await system.PollAsync(device).ErrorAsync(HttpStatusCode.BadRequest, "invalid_grant");
    }

    [Fact]
    public async Task A_device_code_of_another_client_is_refused_and_does_not_slow_its_own_down()
    {
        var device = await system.StartDeviceAsync();
        var other = await system.DeviceClientAsync();

        await system.PollAtOnceAsync(device with { ClientId = other }).ErrorAsync(HttpStatusCode.BadRequest, "invalid_grant");

        await system.PollAtOnceAsync(device).ErrorAsync(HttpStatusCode.BadRequest, "authorization_pending");
    }

    [Fact]
    public async Task What_was_allowed_and_denied_is_in_the_audit_trail()
    {
        var user = await system.CreateUserAsync("ida-audit");
        using var person = await system.VisitorAsync();
        await person.SignInAtDeviceAsync("ida-audit");
        var (allowed, denied) = (await system.StartDeviceAsync(), await system.StartDeviceAsync());
        await person.AnswerAsync(allowed.UserCode, "allow");
        await person.AnswerAsync(denied.UserCode, "deny");
        var grant = await system.InStoreAsync(store => store.SessionAuthorizations.Where(row => row.ClientId == allowed.ClientId).Select(row => row.AuthorizationId).SingleAsync());

        var created = await system.EventAsync(grant, "grant.created");

        Assert.Equal(user, created.GetProperty("actor").GetProperty("id").GetGuid());
        Assert.True((await system.EventAsync(allowed.ClientId, "consent.granted")).GetProperty("succeeded").GetBoolean());
        Assert.False((await system.EventAsync(denied.ClientId, "consent.denied")).GetProperty("succeeded").GetBoolean());
    }

    [Theory]
    [InlineData("invalid_scope", "scope", "openid audit:read")]
    [InlineData("invalid_scope", "scope", "openid nonsense")]
    [InlineData("invalid_client", "client_id", "nobody")]
    [InlineData("invalid_client", "client_id", "")]
    public async Task A_request_that_cannot_be_granted_is_refused(string error, string name, string value)
    {
        var client = await system.DeviceClientAsync("users:read");
        var form = new Dictionary<string, string> { ["client_id"] = client, ["scope"] = "openid", [name] = value };

        using var answer = await system.PostAsync("connect/device", [.. form.Where(pair => pair.Value.Length > 0).Select(pair => (pair.Key, pair.Value))]);

        Assert.Equal(error, (await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)).Text("error"));
        Assert.True(answer.Headers.CacheControl!.NoStore);
    }

    [Fact]
    public async Task A_client_that_is_not_registered_for_the_grant_gets_no_codes()
    {
        var spa = await system.PublicClientAsync();

        await system.PostAsync("connect/device", ("client_id", spa), ("scope", "openid")).ErrorAsync(HttpStatusCode.BadRequest, "unauthorized_client");
    }

    [Fact]
    public async Task A_client_that_keeps_a_secret_has_to_show_it()
    {
        const string id = "web-with-device";
        var secret = await system.RegisterAsync(new(id, ClientType.Web) { Scopes = ["openid"], Grants = [ClientGrant.DeviceCode] });

        await system.PostAsync("connect/device", ("client_id", id), ("scope", "openid")).ErrorAsync(HttpStatusCode.Unauthorized, "invalid_client");
        Assert.NotNull((await system.PostWithBasicAsync(id, secret!, "connect/device", ("scope", "openid")).BodyAsync()).Text("user_code"));
    }

    [Fact]
    public async Task TOK_14_A_parameter_that_is_sent_twice_is_refused() => await system
        .PostAsync("connect/device", ("client_id", await system.DeviceClientAsync()), ("scope", "openid"), ("scope", "openid")).ErrorAsync(HttpStatusCode.BadRequest, "invalid_request");

    [Fact]
    public async Task A_client_that_asks_for_too_many_codes_is_told_to_wait_and_nothing_is_written_for_it()
    {
        var client = await system.DeviceClientAsync();
        for (var at = 0; at < LimitDeviceRequests.MostOfAddress; at++)
        {
            await system.StartDeviceOfAsync(client, ("scope", "openid"));
        }

        using var answer = await system.PostAsync("connect/device", ("client_id", client), ("scope", "openid"));

        Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
        Assert.NotNull(answer.Headers.RetryAfter);
        Assert.Equal("temporarily_unavailable", (await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)).Text("error"));
        Assert.Equal(2 * LimitDeviceRequests.MostOfAddress, await system.InStoreAsync(store => store.Set<OpenIddictEntityFrameworkCoreToken<Guid>>().CountAsync(row => row.Application!.ClientId == client)));
        Assert.False(await system.InStoreAsync(store => store.Set<OpenIddictEntityFrameworkCoreAuthorization<Guid>>().AnyAsync(row => row.Application!.ClientId == client)));
    }

    [Fact]
    public async Task Codes_that_have_ended_are_deleted_and_those_of_waiting_devices_stay()
    {
        var ended = await system.StartDeviceAsync();
        await system.EndCodesAsync(TimeSpan.FromHours(2));
        var waiting = await system.StartDeviceAsync();

        await system.InStoreAsync(store => EndedRows.TokensAsync(store, TimeProvider.System, TestContext.Current.CancellationToken));

        await system.PollAsync(ended).ErrorAsync(HttpStatusCode.BadRequest, "invalid_grant");
        await system.PollAsync(waiting).ErrorAsync(HttpStatusCode.BadRequest, "authorization_pending");
        Assert.Equal(1, await system.InStoreAsync(store => store.DeviceRequests.CountAsync()));
    }

    private async Task<string?> RefreshAsync(StartedDevice device, string refreshToken)
    {
        using var answer = await system.PostAsync("connect/token", ("grant_type", "refresh_token"), ("client_id", device.ClientId), ("refresh_token", refreshToken));
        return answer.IsSuccessStatusCode ? (await answer.Content.ReadFromJsonAsync<TokenAnswer>(TestContext.Current.CancellationToken))!.AccessToken : null;
    }
}
