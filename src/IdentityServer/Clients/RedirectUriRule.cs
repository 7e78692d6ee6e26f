namespace UserDomain.IdentityServer.Clients;

/// <summary>Which redirect URIs may be registered (TOK-03, RFC 9700 section 4.1.3, RFC 8252 sections 7 and 8.4).</summary>
internal static class RedirectUriRule
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

        if (value.Contains('#') || uri.UserInfo.Length > 0 || value.Contains("/../", StringComparison.Ordinal) || value.Contains("/./", StringComparison.Ordinal))
        {
            return "must have no fragment, user information or dot segments";
        }

        return uri.Scheme switch
        {
            "https" => null,
            "http" when uri.IsLoopback => null,
            "http" => "must use https; http is for loopback addresses only",
            _ when type != ClientType.Native => "must use https",
            _ when !uri.Scheme.Contains('.') => "must use a private scheme with a dot, such as com.example.app:",
            _ => null,
        };
    }
}
