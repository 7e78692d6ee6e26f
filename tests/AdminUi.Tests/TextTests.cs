using System.Globalization;
using System.Resources;
using System.Text.RegularExpressions;
using UserDomain.AdminUi.Pages.Audit;
using UserDomain.AdminUi.Resources;
using UserDomain.Contracts;

namespace UserDomain.AdminUi.Tests;

public sealed partial class TextTests
{
    private static readonly ResourceManager Resources = new(typeof(Text));

    [Fact]
    public void Every_text_of_the_pages_is_in_the_resource_file()
    {
        var root = Path.Combine(Repository(), "src", "AdminUi");
        var used = Directory.EnumerateFiles(root, "*.cs*", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal))
            .SelectMany(file => Use().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value))
            .Distinct()
            .ToList();

        Assert.NotEmpty(used);
        Assert.DoesNotContain(used, text => !IsKnown(text));
    }

    [Fact]
    public void Every_audit_event_type_has_words() => Assert.DoesNotContain(AuditEventTypes.All, type => !IsKnown(type));

    [Fact]
    public void Every_kind_of_audit_event_has_a_name() => Assert.DoesNotContain(IndexModel.Prefixes, prefix => !IsKnown($"kind {prefix}"));

    [Theory]
    [InlineData("just now")]
    [InlineData("{0} min ago")]
    [InlineData("in {0} h")]
    public void Relative_times_have_words(string text) => Assert.True(IsKnown(text));

    private static bool IsKnown(string text) => Resources.GetString(text, CultureInfo.InvariantCulture) is not null;

    private static string Repository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "UserDomain.slnx")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The tests run outside of the repository.");
        }

        return folder.FullName;
    }

    // A name that is put together, as in T["kind " + prefix], has a test of its own.
    [GeneratedRegex("""\b(?:T|text)\["([^"]+)"(?! \+)""")]
    private static partial Regex Use();
}
