using System.Text.RegularExpressions;

namespace UserDomain.IdentityServer.Clients;

/// <summary>Which redirect URIs may be registered, and which of them was sent (TOK-03, RFC 9700 section 4.1.3, RFC 8252 sections 7 and 8.4).</summary>
internal static partial class RedirectUriRule
{
    private const int MaxLength = 2000;

    /// <summary>What is wrong with a URI for a type of client; null if it may be registered.</summary>
    public static string? ProblemOf(string value, ClientType type)
    {
        if (value.Length is 0 or > MaxLength || value.Any(character => character <= ' ' || character >= 0x7f || character is '\\' or '*' or '"' or '<' or '>'))
        {
            return $"must be 1 to {MaxLength} visible ASCII characters without wildcards, quotes and backslashes";
        }

        if (!Uri.TryCreate(value, UriKind.Absolute, out var uri))
        {
            return "must be an absolute URI";
        }

        if (value.Contains('#') || Authority(value).Contains('@') || HasDotSegments(value))
        {
            return "must have no fragment, user information or dot segments";
        }

        if (ParametersOf(uri).Any(name => name.Length == 0 || name.Equals("iss", StringComparison.OrdinalIgnoreCase)))
        {
            return "must have a name before each = of its query, and no parameter iss, which is the server's own (RFC 9207)";
        }

        if (uri.Scheme is "https" or "http" && !NamesHost(value, uri))
        {
            // .NET takes http://loopback/ for localhost, and browsers go to whoever has that name; it passes over what follows an IPv6 address.
            return "must name its host after // as browsers do, an address in its usual form";
        }

        return uri.Scheme switch
        {
            "https" => null,
            "http" when uri is { IsLoopback: true, HostNameType: not UriHostNameType.IPv6 } or { Host: "[::1]" } => null,
            "http" => "must use https; http is for loopback addresses only",
            _ when type != ClientType.Native => "must use https",
            _ when !uri.Scheme.Contains('.') => "must use a private scheme with a dot, such as com.example.app:",
            _ => null,
        };
    }

    /// <summary>Whether a URI that was sent is one of those that are registered: to the letter, but for the port of an application on a device (RFC 8252 section 7.3).</summary>
    /// <param name="registered">Those that are registered.</param>
    /// <param name="sent">What was sent.</param>
    /// <param name="anyPort">Whether it may come back at any port of its device.</param>
    public static bool Allows(IEnumerable<string> registered, string sent, bool anyPort)
    {
        var withoutPort = anyPort ? LoopbackPort().Replace(sent, "$1") : sent;
        return registered.Any(uri => uri == sent || uri == withoutPort);
    }

    /// <summary>Whether its query has a parameter without a name, as <c>?=</c>: the library cannot read it, and none is registered.</summary>
    public static bool HasNamelessParameter(string value) =>
        Uri.TryCreate(value, UriKind.Absolute, out var uri) && ParametersOf(uri).Any(name => name.Length == 0);

    // What the library takes for the name of a parameter.
    private static IEnumerable<string> ParametersOf(Uri uri) =>
        uri.Query.TrimStart('?').Split(['&', ';'], StringSplitOptions.RemoveEmptyEntries)
            .Select(parameter => parameter.Split('=', StringSplitOptions.RemoveEmptyEntries) is [var name, ..] ? Uri.UnescapeDataString(name) : "");

    private static string Authority(string value) =>
        value.Split("//", 2) is [_, var rest] ? rest.Split('/', '?')[0] : "";

    private static bool NamesHost(string value, Uri uri)
    {
        var authority = Authority(value);
        return value.StartsWith($"{uri.Scheme}://", StringComparison.OrdinalIgnoreCase) && authority.StartsWith(uri.Host, StringComparison.OrdinalIgnoreCase)
            && authority[uri.Host.Length..] is var port && (port.Length == 0 || (port[0] == ':' && port.Skip(1).All(char.IsAsciiDigit)));
    }

    private static bool HasDotSegments(string value) =>
        value.Split('?')[0].Replace("%2e", ".", StringComparison.OrdinalIgnoreCase).Split('/').Any(segment => segment is "." or "..");

    // The library compares what .NET makes of both, to which more than one name is localhost, and browsers are sent to the name as it stands.
    [GeneratedRegex(@"^(http://(?:localhost|127\.0\.0\.1|\[::1\])):[1-9][0-9]{0,4}(?=[/?]|$)", RegexOptions.CultureInvariant)]
    private static partial Regex LoopbackPort();
}
