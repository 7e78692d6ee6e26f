using UserDomain.ServiceDefaults.Hosting;

namespace UserDomain.ServiceDefaults.Outgoing;

/// <summary>Which addresses others may give us to call (OUT-01).</summary>
public static class OutgoingRule
{
    private const int MaxLength = 2000;

    /// <summary>What is wrong with an address by itself; null if it may be kept.</summary>
    public static string? ProblemOf(string value)
    {
        if (value.Length is 0 or > MaxLength || value.Any(character => character is <= ' ' or >= (char)0x7f or '\\') || !Uri.TryCreate(value, UriKind.Absolute, out var url))
        {
            return $"must be an absolute URL of at most {MaxLength} visible ASCII characters";
        }

        if (url.UserInfo.Length > 0 || value.Contains('#'))
        {
            return "must have no fragment and no user information";
        }

        return url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback)
            ? null
            : "must use https; http is for loopback addresses only";
    }

    /// <summary>Whether an address may be called from here: http only inside of a machine that serves itself alone.</summary>
    public static bool Allows(Uri? url, UserDomainSettings settings) =>
        url is { IsAbsoluteUri: true } && ProblemOf(url.OriginalString) is null
        && (url.Scheme == Uri.UriSchemeHttps || (settings.PublicUrl.IsLoopback && settings.PublicUrl.Scheme == Uri.UriSchemeHttp));
}

/// <summary>Sends nothing to an address that <see cref="OutgoingRule"/> does not allow.</summary>
/// <param name="settings">Where the product answers.</param>
internal sealed class OutgoingGuard(UserDomainSettings settings) : DelegatingHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        OutgoingRule.Allows(request.RequestUri, settings)
            ? base.SendAsync(request, cancellationToken)
            : throw new HttpRequestException("the URL is none that may be called from here: it must use https");
}
