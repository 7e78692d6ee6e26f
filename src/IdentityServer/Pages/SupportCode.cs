using System.Diagnostics;
using System.Globalization;

namespace UserDomain.IdentityServer.Pages;

/// <summary>
/// What people read out to their administrator: the first 30 bits of the trace id in Crockford's base 32, which has no letters that
/// look or sound alike. Log lines and audit events of the request carry the whole trace id.
/// </summary>
internal static class SupportCode
{
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private const int BitsPerLetter = 5;

    /// <summary>The code of the request under way.</summary>
    public static string Current => Of(Activity.Current?.TraceId ?? default);

    public static string Of(ActivityTraceId trace)
    {
        var bits = uint.Parse(trace.ToHexString().AsSpan(0, 8), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        Span<char> letters = stackalloc char[6];
        for (var at = 0; at < letters.Length; at++)
        {
            letters[at] = Alphabet[(int)(bits >> (32 - (BitsPerLetter * (at + 1)))) & 31];
        }

        return $"{letters[..4]}-{letters[4..]}";
    }
}
