using Microsoft.AspNetCore.Http;
using UserDomain.ServiceDefaults.Hosting;

namespace UserDomain.ServiceDefaults.Dpop;

/// <summary>Compares where a proof is for with where it was sent (RFC 9449 section 4.3, 9.), as clients see it: by the public URL, or that for certificates.</summary>
internal static class ProofTarget
{
    private const int MaxLength = 2048;

    /// <summary>Whether a proof's <c>htu</c> names the request's URL, by the rules of RFC 3986 section 6.2 and without query and fragment.</summary>
    public static bool Matches(string? htu, HttpRequest request, UserDomainSettings settings) =>
        Matches(htu, RequestOrigin.Of(request.HttpContext, settings), request.PathBase.Add(request.Path));

    /// <param name="htu">What the proof says.</param>
    /// <param name="origin">The URL the request came by, without a path.</param>
    /// <param name="path">The path as the server has decoded it.</param>
    public static bool Matches(string? htu, Uri origin, PathString path)
    {
        // What Uri would mend without a word is not a URL.
        if (htu is not { Length: > 0 and <= MaxLength } || htu.Any(character => character is <= ' ' or >= (char)0x7f or '\\')
            || !Uri.TryCreate(htu, UriKind.Absolute, out var target) || target.UserInfo.Length > 0)
        {
            return false;
        }

        return target.Scheme == origin.Scheme
            && target.Port == origin.Port
            && string.Equals(target.Host, origin.Host, StringComparison.OrdinalIgnoreCase)
            && PathString.FromUriComponent(target).Equals(path, StringComparison.Ordinal);
    }
}
