using UserDomain.AdminUi.Display;

namespace UserDomain.AdminUi.Tests.Display;

public sealed class BrowserTests
{
    [Theory]
    [InlineData("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox", "Linux")]
    [InlineData("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0 Safari/537.36 Edg/141.0", "Edge", "Windows")]
    [InlineData("Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0 Mobile Safari/537.36", "Chrome", "Android")]
    [InlineData("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Mobile/15E148 Safari/604.1", "Safari", "iPhone")]
    [InlineData("curl/8.14", "curl", null)]
    [InlineData("something else", null, null)]
    [InlineData(null, null, null)]
    public void Names_the_browser_and_its_system(string? userAgent, string? browser, string? system) =>
        Assert.Equal((browser, system), Browser.Name(userAgent));
}
