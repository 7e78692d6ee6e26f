using System.Text.RegularExpressions;

namespace UserDomain.IdentityServer.Pages;

/// <summary>The content security policy of the pages (WEB-01).</summary>
internal static partial class PageContentPolicy
{
    private const string Before = "default-src 'none'; style-src 'self'; img-src 'self' data:";
    private const string After = "; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";
    private static readonly string[] ScriptingSchemes = ["javascript", "vbscript", "data", "blob", "file", "filesystem", "about"];

    /// <param name="clientAddress">Where the protocol request under way ends. Chromium applies form-action to the redirects after a form as well.</param>
    /// <param name="logo">The picture of the client on the page; from nowhere but its origin another one comes, not even by a redirect.</param>
    public static string For(string? clientAddress, string? logo = null) => $"{Before}{Also(logo)}{After}{Also(clientAddress)}";

    /// <summary>The origin of an address, or the scheme of a private-use one (RFC 8252 section 7.1); null unless it is clean beyond doubt.</summary>
    public static string? SourceOf(string? address)
    {
        if (address is null || address.Any(IsUnclean) || !Uri.TryCreate(address, UriKind.Absolute, out var uri))
        {
            return null;
        }

        var source = uri.Scheme is "http" or "https" ? OriginOf(uri) : ScriptingSchemes.Contains(uri.Scheme) ? null : $"{uri.Scheme}:";
        return source is not null && PlainSource().IsMatch(source) ? source : null;
    }

    private static string Also(string? address) => SourceOf(address) is { } source ? $" {source}" : "";

    // The grammar of sources has no IPv6 addresses; the loopback one is the only one a native application uses.
    private static string? OriginOf(Uri uri) => uri.HostNameType == UriHostNameType.IPv6
        ? uri.IsLoopback ? "http:" : null
        : $"{uri.Scheme}://{uri.IdnHost}{(uri.IsDefaultPort ? "" : $":{uri.Port}")}";

    private static bool IsUnclean(char letter) => letter is <= ' ' or > '~' or '\'' or '"' or ';' or '\\';

    [GeneratedRegex(@"\A[a-z][a-z0-9+.-]*:(//[a-z0-9.-]+(:[0-9]{1,5})?)?\z")]
    private static partial Regex PlainSource();
}
