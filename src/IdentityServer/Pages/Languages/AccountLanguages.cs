using System.Globalization;

namespace UserDomain.IdentityServer.Pages.Languages;

/// <summary>The languages the account pages speak: each has its <c>AccountText</c> file.</summary>
internal static class AccountLanguages
{
    private const int MaxWishes = 10;
    private const int MaxTag = 35;

    /// <summary>Spoken where nobody wishes another one.</summary>
    public static readonly CultureInfo English = CultureInfo.GetCultureInfo("en");

    /// <summary>All of them, as they stand in the menu.</summary>
    public static readonly IReadOnlyList<CultureInfo> All = [English, CultureInfo.GetCultureInfo("de")];

    /// <summary>The language of a page. What a person chose in this browser is stronger than what an application wishes for them.</summary>
    /// <param name="chosen">What the person chose.</param>
    /// <param name="uiLocales">What the application asks for: tags in order of preference (OpenID Connect Core 1.0 section 3.1.2.1).</param>
    /// <param name="accepted">What the browser accepts, best first.</param>
    public static CultureInfo Choose(string? chosen, string? uiLocales, IEnumerable<string> accepted) =>
        Find(chosen)
        ?? FirstOf(uiLocales?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [])
        ?? FirstOf(accepted)
        ?? English;

    /// <summary>The language a tag means: itself, or the nearest more general one (RFC 4647 section 3.4); null if the pages do not speak it.</summary>
    public static CultureInfo? Find(string? tag)
    {
        for (var range = tag is { Length: <= MaxTag } ? tag : ""; range.Length > 0; range = range[..Math.Max(range.LastIndexOf('-'), 0)])
        {
            if (All.FirstOrDefault(language => language.Name.Equals(range, StringComparison.OrdinalIgnoreCase)) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    private static CultureInfo? FirstOf(IEnumerable<string> tags) => tags.Take(MaxWishes).Select(Find).FirstOrDefault(found => found is not null);
}
