using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.WebUtilities;
using UserDomain.IdentityServer.Protocol.Authorization;
using UserDomain.IdentityServer.Protocol.EndSession;

namespace UserDomain.IdentityServer.Pages;

/// <summary>
/// Where a page leads on to: a protocol request that waits, or an account page. Anything else that was given is replaced by the
/// account page (WEB-02).
/// </summary>
internal sealed class ReturnUrl
{
    private static readonly ReturnUrl Account = new(AccountPages.Home, AccountPages.Home, []);

    private ReturnUrl(string value, string path, IReadOnlyList<KeyValuePair<string, string?>> parameters)
    {
        Value = value;
        Path = path;
        Parameters = parameters;
    }

    /// <summary>The URL, fit for a Location header.</summary>
    public string Value { get; }

    public string Path { get; }

    public IReadOnlyList<KeyValuePair<string, string?>> Parameters { get; }

    public bool IsAuthorization => Path == AuthorizationEndpoint.Path;

    public bool IsEndSession => Path == EndSessionEndpoint.Path;

    /// <summary>The first value of a parameter. Names are case-sensitive in the protocol.</summary>
    public string? this[string name] => Parameters.FirstOrDefault(pair => pair.Key == name).Value;

    /// <summary>Where the protocol request sends the browser in the end.</summary>
    public string? ClientAddress => IsAuthorization ? this["redirect_uri"] : IsEndSession ? this["post_logout_redirect_uri"] : null;

    public static ReturnUrl Of(string? given)
    {
        // What is not printable ASCII cannot stand in a header.
        if (!RedirectHttpResult.IsLocalUrl(given) || given!.Any(letter => letter is <= ' ' or > '~'))
        {
            return Account;
        }

        var question = given.IndexOf('?', StringComparison.Ordinal);
        var path = question < 0 ? given : given[..question];
        if (path is not (AuthorizationEndpoint.Path or EndSessionEndpoint.Path) && !IsAccountPage(path))
        {
            return Account;
        }

        var parameters = new List<KeyValuePair<string, string?>>();
        foreach (var pair in new QueryStringEnumerable(question < 0 ? "" : given[question..]))
        {
            parameters.Add(new(pair.DecodeName().ToString(), pair.DecodeValue().ToString()));
        }

        return new(given, path, parameters);
    }

    // No dots and no percent signs: nothing that a browser would resolve to another path.
    private static bool IsAccountPage(string path) =>
        (path == AccountPages.Home || path.StartsWith(AccountPages.Home + "/", StringComparison.Ordinal))
        && path.All(letter => char.IsAsciiLetterLower(letter) || letter is '/' or '-');
}
