using System.Text.Json;

namespace UserDomain.IdentityServer.Clients;

/// <summary>The picture of a client and what it says to people who are asked (OpenID Connect Dynamic Client Registration 1.0 section 2).</summary>
/// <param name="Logo">Its picture; null for none.</param>
/// <param name="Policy">What it does with what it is told of people; null for none.</param>
/// <param name="Terms">Its terms of service; null for none.</param>
internal sealed record ClientLinks(string? Logo, string? Policy, string? Terms)
{
    private const int MaxLength = 2000;

    private static readonly ReadOnce<ClientLinks> Known = new(Read);

    /// <summary>Each by the member of the description and the setting it is kept in.</summary>
    public static IEnumerable<(string Member, string Setting, string Uri)> Of(ClientSpec client) =>
        from named in new (string Member, string Setting, string? Uri)[]
        {
            ("logoUri", ClientSettings.LogoUri, client.LogoUri),
            ("policyUri", ClientSettings.PolicyUri, client.PolicyUri),
            ("tosUri", ClientSettings.TosUri, client.TosUri),
        }
        where named.Uri is not null
        select (named.Member, named.Setting, named.Uri);

    /// <summary>Those of a client, as the library keeps its settings.</summary>
    public static ClientLinks Of(string? settings) => settings is null ? new(null, null, null) : Known.Of(settings);

    /// <summary>Every problem, as member and what is wrong with it.</summary>
    public static IEnumerable<(string Member, string Problem)> ProblemsOf(ClientSpec client) =>
        from named in Of(client)
        let problem = ProblemOf(named.Uri)
        where problem is not null
        select (named.Member, problem);

    /// <summary>
    /// What a client that speaks for itself may show: only what is at the one host it has its codes sent to, so that none wears the picture of somebody
    /// else (RFC 7591 section 5). Anything else has no effect, and keeps no program from registering.
    /// </summary>
    public static string? OfOwnHost(string? uri, IReadOnlyList<string> redirectUris) =>
        uri is not null && ProblemOf(uri) is null && redirectUris.Count > 0 && redirectUris.All(redirect => HasHost(redirect, new Uri(uri).IdnHost)) ? uri : null;

    private static bool HasHost(string redirect, string host) =>
        Uri.TryCreate(redirect, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps && uri.IdnHost == host;

    // A host of these characters has a place in a content security policy, whose grammar knows no others.
    private static string? ProblemOf(string value) =>
        value.Length is 0 or > MaxLength || value.Any(character => character is <= ' ' or >= (char)0x7f or '"' or '\'' or ';' or '\\' or '<' or '>')
            || !Uri.TryCreate(value, UriKind.Absolute, out var uri) || uri.Scheme != Uri.UriSchemeHttps || uri.UserInfo.Length > 0
            || uri.IdnHost.Any(character => !char.IsAsciiLetterOrDigit(character) && character is not ('.' or '-'))
            ? $"must be an https URL of at most {MaxLength} visible ASCII characters, without user information, quotes, semicolons and backslashes"
            : null;

    private static ClientLinks Read(string settings)
    {
        var kept = JsonSerializer.Deserialize<Dictionary<string, string>>(settings)!;
        return new(kept.GetValueOrDefault(ClientSettings.LogoUri), kept.GetValueOrDefault(ClientSettings.PolicyUri), kept.GetValueOrDefault(ClientSettings.TosUri));
    }
}
