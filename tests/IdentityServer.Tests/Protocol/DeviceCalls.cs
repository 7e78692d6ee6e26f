using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using OpenIddict.EntityFrameworkCore.Models;
using UserDomain.IdentityServer.Clients;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Protocol;

/// <summary>What a device was told (RFC 8628 section 3.2), and who it is.</summary>
internal sealed record StartedDevice(string ClientId, string DeviceCode, string UserCode, JsonElement Answer);

/// <summary>A device and its person, for tests of the device authorization grant.</summary>
internal static class DeviceCalls
{
    private const string GrantType = "urn:ietf:params:oauth:grant-type:device_code";

    /// <summary>Registers an application on a device.</summary>
    public static async Task<string> DeviceClientAsync(this RunningSystem system, params string[] scopes)
    {
        var id = $"device-{RandomNumberGenerator.GetHexString(12, lowercase: true)}";
        await system.RegisterAsync(new(id, ClientType.Device) { Scopes = ["openid", "profile", "email", "offline_access", .. scopes] });
        return id;
    }

    /// <summary>Asks for codes as a fresh device.</summary>
    public static async Task<StartedDevice> StartDeviceAsync(this RunningSystem system, params string[] scopes) =>
        await system.StartDeviceOfAsync(await system.DeviceClientAsync(scopes), ("scope", string.Join(' ', ["openid", .. scopes])));

    /// <summary>Asks for codes.</summary>
    public static async Task<StartedDevice> StartDeviceOfAsync(this RunningSystem system, string clientId, params (string Name, string Value)[] form)
    {
        var answer = await system.PostAsync("connect/device", [("client_id", clientId), .. form]).BodyAsync();
        return new(clientId, answer.Text("device_code")!, answer.Text("user_code")!, answer);
    }

    /// <summary>Asks for tokens, whenever that is.</summary>
    public static Task<HttpResponseMessage> PollAtOnceAsync(this RunningSystem system, StartedDevice device, params (string Name, string Value)[] more) =>
        system.PostAsync("connect/token", [("grant_type", GrantType), ("client_id", device.ClientId), ("device_code", device.DeviceCode), .. more]);

    /// <summary>Asks for tokens as a device that has waited long enough.</summary>
    public static async Task<HttpResponseMessage> PollAsync(this RunningSystem system, StartedDevice device, params (string Name, string Value)[] more)
    {
        await system.WaitedAsync();
        return await system.PollAtOnceAsync(device, more);
    }

    /// <summary>Gets its tokens.</summary>
    public static async Task<TokenAnswer> TokensAsync(this RunningSystem system, StartedDevice device) =>
        (await system.PollAsync(device).BodyAsync()).Deserialize<TokenAnswer>()!;

    /// <summary>Lets the interval of every device pass.</summary>
    public static Task<int> WaitedAsync(this RunningSystem system) => system.InStoreAsync(store => store.DeviceRequests
        .ExecuteUpdateAsync(set => set.SetProperty(row => row.NextPollAt, DateTimeOffset.UnixEpoch)));

    /// <summary>Lets the codes of every device end.</summary>
    public static Task<int> EndCodesAsync(this RunningSystem system, TimeSpan ago) => system.InStoreAsync(store =>
    {
        var ended = TimeProvider.System.GetUtcNow().UtcDateTime - ago;
        return store.Set<OpenIddictEntityFrameworkCoreToken<Guid>>()
            .Where(row => row.Type!.EndsWith("device_code") || row.Type.EndsWith("user_code"))
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.ExpirationDate, ended));
    });

    /// <summary>Forgets all wrong codes: every test comes from one address.</summary>
    public static Task<int> ForgetGuessesAsync(this RunningSystem system) => system.InStoreAsync(store => store.AttemptCounters.ExecuteDeleteAsync());

    /// <summary>A browser in which somebody new is signed in, at the page that takes codes.</summary>
    public static async Task<(WebVisitor Person, HttpResponseMessage Page)> PersonAsync(this RunningSystem system, string userName)
    {
        await system.CreateUserAsync(userName);
        var person = await system.VisitorAsync();
        return (person, await person.SignInAtDeviceAsync(userName));
    }

    /// <summary>Opens the page that takes codes, through sign-in.</summary>
    public static async Task<HttpResponseMessage> SignInAtDeviceAsync(this WebVisitor person, string userName, string address = "account/device")
    {
        var page = await person.FollowAsync(await person.Http.GetAsync(new Uri(address, UriKind.Relative), TestContext.Current.CancellationToken));
        Assert.Equal("/account/sign-in", page.PathOf());
        return await person.SubmitAsync(page, new() { ["username"] = userName, ["password"] = RunningSystem.Password });
    }

    /// <summary>Enters a code.</summary>
    public static async Task<HttpResponseMessage> EnterAsync(this WebVisitor person, string code) => await person.SubmitAsync(
        await person.Http.GetAsync(new Uri("account/device", UriKind.Relative), TestContext.Current.CancellationToken), new() { ["user_code"] = code });

    /// <summary>Enters a code and answers what the page asks.</summary>
    public static async Task<HttpResponseMessage> AnswerAsync(this WebVisitor person, string code, string decision) =>
        await person.SubmitAsync(await person.EnterAsync(code), new() { ["decision"] = decision });

    /// <summary>The page an answer came from.</summary>
    public static string PathOf(this HttpResponseMessage page) => page.RequestMessage!.RequestUri!.AbsolutePath;

    /// <summary>The text of a page.</summary>
    public static async Task<string> TextAsync(this HttpResponseMessage page) =>
        WebUtility.HtmlDecode(await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
}
