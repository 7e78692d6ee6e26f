using System.Collections;
using System.Globalization;
using System.Resources;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Localization;
using UserDomain.Contracts;
using UserDomain.IdentityServer.Pages.Consent;
using UserDomain.IdentityServer.Pages.Errors;
using UserDomain.IdentityServer.Pages.Languages;
using UserDomain.IdentityServer.Pages.Parts;
using UserDomain.IdentityServer.Resources;
using UserDomain.IdentityServer.SignIn.Passwords;

namespace UserDomain.IdentityServer.Tests.Pages;

public sealed partial class AccountTextTests
{
    private static readonly ResourceManager Texts = new(typeof(AccountText));

    [Fact]
    public void Every_password_problem_has_a_sentence() =>
        Assert.All(Enum.GetNames<PasswordProblem>(), name => Assert.NotNull(Find($"Password.{name}")));

    [Fact]
    public void Every_scope_of_the_apis_has_words() => Assert.Superset(Api.All.SelectMany(api => api.Scopes).ToHashSet(), AskedScope.Known.ToHashSet());

    [Fact]
    public void Every_known_scope_has_a_title_and_a_note() => Assert.All(AskedScope.Known, scope =>
    {
        Assert.NotNull(Find($"Scope.{scope}.Title"));
        Assert.NotNull(Find($"Scope.{scope}.Note"));
    });

    [Fact]
    public void Every_error_says_what_happened_and_what_to_do_next() => Assert.All(Enum.GetValues<ErrorKind>(), kind =>
    {
        Assert.NotNull(Find($"Error.{kind}.Title"));
        Assert.NotNull(Find($"Error.{kind}.What"));
        Assert.True(kind == ErrorKind.NotFound || Find($"Error.{kind}.Next") is not null);
    });

    public static TheoryData<string> Others { get; } = [.. AccountLanguages.All.Where(language => language != AccountLanguages.English).Select(language => language.Name)];

    [Theory]
    [MemberData(nameof(Others))]
    public void Every_language_has_every_text_with_the_same_values_in_it_and_no_other(string language)
    {
        var (english, texts) = (TextsOf(CultureInfo.InvariantCulture), TextsOf(CultureInfo.GetCultureInfo(language)));

        Assert.Equal(english.Keys.Order(), texts.Keys.Order());
        Assert.All(texts, text => Assert.False(string.IsNullOrWhiteSpace(text.Value), text.Key));
        Assert.All(texts, text => Assert.Equal(PlaceholdersOf(english[text.Key]), PlaceholdersOf(text.Value)));
    }

    [Theory]
    [MemberData(nameof(Others))]
    public void Every_language_is_one_of_its_own(string language)
    {
        var (english, texts) = (TextsOf(CultureInfo.InvariantCulture), TextsOf(CultureInfo.GetCultureInfo(language)));

        // The name of the product, and words that are the same in both.
        Assert.InRange(texts.Count(text => text.Value == english[text.Key]), 0, 5);
    }

    [Theory]
    [InlineData("en", "27 March 2026, 18:30:05 UTC", "on 27 March 2026 at 18:30 UTC")]
    [InlineData("de", "27. März 2026, 18:30:05 UTC", "am 27. März 2026 um 18:30 UTC")]
    public void A_time_is_written_as_in_the_language(string language, string inFull, string inWords)
    {
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(language);
        var time = new DateTimeOffset(2026, 3, 27, 18, 30, 5, TimeSpan.Zero);
        using var services = new ServiceCollection().AddLogging().AddLocalization().BuildServiceProvider();
        var text = services.GetRequiredService<IStringLocalizer<AccountText>>();

        Assert.Equal((inFull, inWords), (Moment.InFull(text, time), Moment.InWords(text, time, time.AddDays(9), zoneInfo: null)));
    }

    private static Dictionary<string, string> TextsOf(CultureInfo culture) =>
        Texts.GetResourceSet(culture, createIfNotExists: true, tryParents: false)!.Cast<DictionaryEntry>().ToDictionary(entry => (string)entry.Key, entry => (string)entry.Value!);

    private static IEnumerable<string> PlaceholdersOf(string text) => Placeholder().Matches(text).Select(match => match.Value).Order();

    [GeneratedRegex(@"\{[^}]*\}?|\}")]
    private static partial Regex Placeholder();

    private static string? Find(string name) => Texts.GetString(name, CultureInfo.InvariantCulture);
}
