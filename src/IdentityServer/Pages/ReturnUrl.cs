using Microsoft.AspNetCore.Http.HttpResults;
using UserDomain.IdentityServer.Protocol.Authorization;
using UserDomain.IdentityServer.Protocol.Device;
using UserDomain.IdentityServer.Protocol.EndSession;
using UserDomain.IdentityServer.Protocol.Interactions;

namespace UserDomain.IdentityServer.Pages;

/// <summary>
/// Where a page leads on to: a protocol request that waits, or an account page. Anything else that was given is replaced by the
/// account page (WEB-02).
/// </summary>
internal sealed class ReturnUrl
{
    /// <summary>The account page.</summary>
    public static readonly ReturnUrl Account = new(AccountPages.Home, AccountPages.Home, [], null);

    private readonly string _path;
    private readonly IReadOnlyList<KeyValuePair<string, string?>> _parameters;

    private ReturnUrl(string value, string path, IReadOnlyList<KeyValuePair<string, string?>> parameters, Interaction? interaction)
    {
        Value = value;
        _path = path;
        _parameters = parameters;
        Interaction = interaction;
    }

    /// <summary>The URL, fit for a Location header.</summary>
    public string Value { get; }

    /// <summary>The request that waits, if it is on its way through our pages.</summary>
    public Interaction? Interaction { get; }

    public bool IsAuthorization => _path == AuthorizationEndpoint.Path;

    public bool IsEndSession => _path == EndSessionEndpoint.Path;

    /// <summary>The first value of a parameter. Names are case-sensitive in the protocol.</summary>
    public string? this[string name] => _parameters.FirstOrDefault(pair => pair.Key == name).Value;

    /// <summary>Where the protocol request sends the browser in the end.</summary>
    public string? ClientAddress => IsAuthorization ? this["redirect_uri"] : IsEndSession ? this["post_logout_redirect_uri"] : null;

    public static ReturnUrl Of(string? given) => Read(given) ?? Account;

    /// <summary>The same; null if it is nothing to lead on to.</summary>
    public static ReturnUrl? Read(string? given)
    {
        // What is not printable ASCII cannot stand in a header.
        if (!RedirectHttpResult.IsLocalUrl(given) || given!.Any(letter => letter is <= ' ' or > '~'))
        {
            return null;
        }

        var question = given.IndexOf('?', StringComparison.Ordinal);
        var path = question < 0 ? given : given[..question];
        if (path is not (AuthorizationEndpoint.Path or EndSessionEndpoint.Path or DeviceRegistration.VerificationPath or AccountPages.Error) && !IsAccountPage(path))
        {
            return null;
        }

        return new(given, path, Interaction.Read(question < 0 ? "" : given[question..]), null);
    }

    /// <summary>The same, with the request that its handle names, which is looked up once for each request of a browser.</summary>
    public static async Task<ReturnUrl> OfAsync(HttpContext http, string? given)
    {
        var known = http.Features.Get<Known>();
        if (known is null || known.Given != given)
        {
            var interactions = http.RequestServices.GetRequiredService<InteractionStore>();
            known = new(given, await Of(given).WithInteractionAsync(interactions, http.RequestAborted));
            http.Features.Set(known);
        }

        return known.Url;
    }

    private async Task<ReturnUrl> WithInteractionAsync(InteractionStore interactions, CancellationToken cancellationToken) =>
        (IsAuthorization || IsEndSession) && await interactions.FindAsync(this[Interaction.Parameter], cancellationToken) is { } interaction && interaction.Path == _path
            ? new(Value, _path, interaction.Parameters, interaction)
            : this;

    // No dots and no percent signs: nothing that a browser would resolve to another path.
    private static bool IsAccountPage(string path) =>
        (path == AccountPages.Home || path.StartsWith(AccountPages.Home + "/", StringComparison.Ordinal))
        && path.All(letter => char.IsAsciiLetterLower(letter) || letter is '/' or '-');

    private sealed record Known(string? Given, ReturnUrl Url);
}
