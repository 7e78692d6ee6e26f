namespace UserDomain.AdminUi.Display;

/// <summary>Puts a User-Agent header in words. It is what the browser says of itself and proves nothing.</summary>
internal static class Browser
{
    // Order matters: every browser also claims to be those it descends from.
    private static readonly (string Mark, string Name)[] Browsers =
    [
        ("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"), ("CriOS/", "Chrome"),
        ("Chrome/", "Chrome"), ("Safari/", "Safari"), ("curl/", "curl"),
    ];

    private static readonly (string Mark, string Name)[] Systems =
    [
        ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS X", "macOS"),
        ("CrOS", "ChromeOS"), ("Linux", "Linux"),
    ];

    /// <summary>The browser and the system it runs on; either is null when the header does not tell.</summary>
    public static (string? Browser, string? System) Name(string? userAgent) => (Find(Browsers, userAgent), Find(Systems, userAgent));

    private static string? Find((string Mark, string Name)[] known, string? userAgent) =>
        known.FirstOrDefault(entry => userAgent?.Contains(entry.Mark, StringComparison.Ordinal) == true).Name;
}
