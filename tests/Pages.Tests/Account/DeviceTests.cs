using System.Net;
using static Microsoft.Playwright.Assertions;

namespace UserDomain.Pages.Tests.Account;

/// <summary>A person connects a device (RFC 8628 section 3.3).</summary>
public sealed class DeviceTests(RunningSystem system, Chromium chromium) : AccountTest(system, chromium)
{
    [Fact]
    public async Task A_person_types_the_code_of_their_device_without_script_and_sees_what_it_is_before_they_allow_it()
    {
        var device = await StartDeviceAsync();
        var code = device.Text("user_code")!;
        var page = await OpenAsync(new() { JavaScriptEnabled = false });
        await SignInAtDeviceAsync(page, new Uri(device.Text("verification_uri")!).PathAndQuery[1..]);

        await Expect(page.Locator("#user-code")).ToHaveValueAsync("");
        await page.Locator("#user-code").PressSequentiallyAsync(code.Replace('-', ' '));
        await page.Keyboard.PressAsync("Enter");

        await Expect(page.Locator("#device-code")).ToHaveTextAsync(code);
        await Expect(page.Locator("#device-warning")).ToContainTextAsync("If somebody sent you this code");
        await Expect(page.Locator("#device-request")).ToContainTextAsync("127.0.0.1");
        await Expect(page.GetByRole(AriaRole.Listitem)).ToHaveCountAsync(4);
        await page.Locator("#device-allow").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading)).ToHaveTextAsync("Your device is connected");
    }

    [Fact]
    public async Task A_link_with_the_code_fills_it_in_and_allows_nothing_by_itself()
    {
        var device = await StartDeviceAsync();
        var page = await OpenAsync();
        await SignInAtDeviceAsync(page, new Uri(device.Text("verification_uri_complete")!).PathAndQuery[1..]);

        await Expect(page.Locator("#user-code")).ToHaveValueAsync(device.Text("user_code")!);
        await page.Locator("#device-continue").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Does the device in front of you show this code?");
        await page.Locator("#device-deny").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading)).ToHaveTextAsync("The device was denied");
    }

    [Fact]
    public async Task A_code_that_does_not_work_stays_in_its_field_which_says_so()
    {
        var page = await OpenAsync();
        await GoToAsync(page, "device-wrong");

        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("This code does not work");
        await Expect(page.Locator("#user-code")).ToHaveValueAsync("BCDF-GHJK");
        await Expect(page.Locator("#user-code")).ToHaveAttributeAsync("aria-invalid", "true");
    }

    [Fact]
    public async Task A_device_that_was_answered_in_another_window_cannot_be_answered_again()
    {
        var page = await OpenAsync();
        await GoToAsync(page, "device-question");
        var question = page.Url;
        await page.Locator("#device-deny").ClickAsync();
        await page.Locator("h1", new() { HasText = "The device was denied" }).WaitForAsync();

        var answer = await page.GotoAsync(question);

        Assert.Equal((int)HttpStatusCode.BadRequest, answer!.Status);
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("This code does not work");
    }
}
