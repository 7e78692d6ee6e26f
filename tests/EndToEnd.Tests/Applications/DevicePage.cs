namespace UserDomain.EndToEnd.Tests.Applications;

/// <summary>What a person does with the code a device shows (RFC 8628 section 3.3).</summary>
internal static class DevicePage
{
    /// <summary>Goes where the device says, signs in, types the code, and answers.</summary>
    /// <param name="page">The browser.</param>
    /// <param name="shown">What the device shows.</param>
    /// <param name="userName">Who does it.</param>
    /// <param name="answer"><c>allow</c> or <c>deny</c>.</param>
    public static async Task AnswerDeviceAsync(this IPage page, JsonElement shown, string userName, string answer)
    {
        await page.GotoAsync(shown.Text("address")!);
        await page.SignInAsync(userName);
        await page.Locator("#user-code").FillAsync(shown.Text("code")!);
        await page.Locator("#device-continue").ClickAsync();
        await page.Locator($"#device-{answer}").ClickAsync();
    }
}
