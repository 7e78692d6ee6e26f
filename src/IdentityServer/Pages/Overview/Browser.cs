namespace UserDomain.IdentityServer.Pages.Overview;

/// <summary>A browser as its user would call it, from how it names itself. What is not clearly one of these has no name.</summary>
/// <param name="Name">As in Firefox; null if unknown.</param>
/// <param name="System">As in Windows; null if unknown.</param>
internal sealed record Browser(string? Name, string? System)
{
    private const string Safari = "Safari";

    // Nearly every browser says that it is Chrome or Safari, so who says something else besides is asked first.
    private static readonly (string Mark, string? Name)[] Names =
    [
        ("OPR/", null), ("OPiOS/", null), ("SamsungBrowser/", null), ("YaBrowser/", null), ("Vivaldi/", null), ("DuckDuckGo/", null), ("; wv)", null),
        ("Edg/", "Edge"), ("EdgA/", "Edge"), ("EdgiOS/", "Edge"),
        ("Seamonkey/", null), ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"),
        ("CriOS/", "Chrome"), ("Chrome/", "Chrome"),
        ("Safari/", Safari),
    ];

    private static readonly (string Mark, string? Name)[] Systems =
    [
        ("Windows NT", "Windows"), ("iPhone", "iOS"), ("iPad", "iOS"), ("iPod", "iOS"), ("Android", "Android"),
        ("CrOS", null), ("Macintosh", "macOS"), ("Linux", "Linux"),
    ];

    public bool IsHandheld => System is "iOS" or "Android";

    public static Browser Of(string? userAgent)
    {
        var name = Find(Names, userAgent);
        var isNotReallySafari = name == Safari && !userAgent!.Contains("Version/", StringComparison.Ordinal);
        return new(isNotReallySafari ? null : name, Find(Systems, userAgent));
    }

    private static string? Find((string Mark, string? Name)[] known, string? userAgent) =>
        known.FirstOrDefault(one => userAgent?.Contains(one.Mark, StringComparison.OrdinalIgnoreCase) == true).Name;
}
