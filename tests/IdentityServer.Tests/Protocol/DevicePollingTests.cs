using System.Net;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using UserDomain.IdentityServer.Protocol.Device;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Protocol;

/// <summary>How often a device may ask (RFC 8628 section 3.5).</summary>
[Collection("Devices")]
public sealed class DevicePollingTests(RunningSystem system)
{
    [Fact]
    public async Task TOK_11_A_device_that_asks_again_at_once_is_told_to_slow_down_and_each_time_by_five_seconds_more()
    {
        var device = await system.StartDeviceAsync();
        await system.PollAtOnceAsync(device).ErrorAsync(HttpStatusCode.BadRequest, "authorization_pending");

        await system.PollAtOnceAsync(device).ErrorAsync(HttpStatusCode.BadRequest, "slow_down");
        await system.PollAtOnceAsync(device).ErrorAsync(HttpStatusCode.BadRequest, "slow_down");

        Assert.Equal(15, await system.InStoreAsync(store => store.DeviceRequests.OrderByDescending(row => row.CreatedAt).Select(row => row.PollInterval).FirstAsync()));
        await system.PollAsync(device).ErrorAsync(HttpStatusCode.BadRequest, "authorization_pending");
    }

    [Fact]
    public async Task A_device_that_waits_as_long_as_it_was_told_is_never_told_to_slow_down()
    {
        var device = await system.StartDeviceAsync();
        await system.PollAtOnceAsync(device).ErrorAsync(HttpStatusCode.BadRequest, "authorization_pending");

        await Task.Delay(TimeSpan.FromSeconds(DevicePolls.IntervalSeconds), TestContext.Current.CancellationToken);

        await system.PollAtOnceAsync(device).ErrorAsync(HttpStatusCode.BadRequest, "authorization_pending");
    }

    [Fact]
    public async Task TST_02_Of_twenty_polls_at_once_one_is_on_time()
    {
        var device = await system.StartDeviceAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ => (await (await system.PollAtOnceAsync(device)).Content.ReadFromJsonAsync<JsonElement>()).Text("error")));

        Assert.Single(answers, "authorization_pending");
        Assert.Equal(19, answers.Count(answer => answer == "slow_down"));
    }

    [Fact]
    public async Task TOK_11_An_allowed_device_that_asks_too_early_has_to_wait_like_any_other()
    {
        using var person = (await system.PersonAsync("ivo-early")).Person;
        var device = await system.StartDeviceAsync();
        await system.PollAtOnceAsync(device).ErrorAsync(HttpStatusCode.BadRequest, "authorization_pending");
        await person.AnswerAsync(device.UserCode, "allow");

        await system.PollAtOnceAsync(device).ErrorAsync(HttpStatusCode.BadRequest, "slow_down");

        Assert.NotNull((await system.TokensAsync(device)).IdToken);
    }
}
