using System.Text.RegularExpressions;
using Xunit;

namespace UserDomain.Architecture.Tests;

/// <summary>What docs/conformance.md says is proved is proved: each test it names is there.</summary>
public sealed partial class ConformanceTests
{
    private static readonly string[] Projects = ["IdentityServer.Tests", "EndToEnd.Tests", "Pages.Tests"];

    private static readonly string[] Rows =
        [.. File.ReadLines(Path.Combine(Repository.Root, "docs", "conformance.md")).Where(line => line.StartsWith("| `", StringComparison.Ordinal))];

    [Fact]
    public void Every_test_that_is_named_exists()
    {
        var existing = Projects.SelectMany(TestsOf).ToHashSet();

        Assert.NotEmpty(Rows);
        Assert.DoesNotContain(Rows.SelectMany(row => Named().Matches(row).Select(match => match.Groups["test"].Value)), test => !existing.Contains(test));
    }

    [Fact]
    public void Every_module_names_a_test_or_says_why_it_does_not_apply() =>
        Assert.DoesNotContain(Rows, row => !Named().IsMatch(row) && !row.Contains("does not apply", StringComparison.Ordinal));

    // A name in the page is "Class.method", as the file of the class has it.
    private static IEnumerable<string> TestsOf(string project) =>
        from file in Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests", project), "*Tests.cs", SearchOption.AllDirectories)
        from test in Test().Matches(File.ReadAllText(file))
        select $"{Path.GetFileNameWithoutExtension(file)}.{test.Groups["name"].Value}";

    [GeneratedRegex("`(?<test>[A-Za-z0-9]+Tests\\.[A-Za-z0-9_]+)`")]
    private static partial Regex Named();

    [GeneratedRegex(@"^    \[.+\]\r?\n    public (async )?(Task|void) (?<name>\w+)\(", RegexOptions.Multiline)]
    private static partial Regex Test();
}
