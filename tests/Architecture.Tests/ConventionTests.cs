using System.Text.RegularExpressions;
using UserDomain.ServiceDefaults.Hosting;
using Xunit;

namespace UserDomain.Architecture.Tests;

public sealed partial class ConventionTests
{
    private const int LongestFile = 300;

    [Fact]
    public void No_source_file_is_longer_than_300_lines() =>
        Assert.DoesNotContain(Repository.SourceFiles(".cs").Concat(Repository.SourceFiles(".cshtml")), path => File.ReadLines(path).Count() > LongestFile);

    [Fact]
    public void Every_setting_is_in_the_example_and_nothing_else()
    {
        var documented = File.ReadLines(Path.Combine(Repository.Root, ".env.example"))
            .Select(line => SettingLine().Match(line))
            .Where(match => match.Success)
            .Select(match => match.Groups["name"].Value.Replace("__", ":", StringComparison.Ordinal));
        var notOfThisVersion = new[] { "RateLimits:Enabled" };

        Assert.Equal(
            KnownSettings.All.Except(notOfThisVersion).Select(name => name.Replace(":*", "", StringComparison.Ordinal)).Order(),
            documented.Select(name => name.StartsWith("Services:", StringComparison.Ordinal) ? "Services" : name.StartsWith("KnownProxies:", StringComparison.Ordinal) ? "KnownProxies" : name).Distinct().Order());
    }

    [Fact]
    public void Every_API_switches_validation_on_itself_because_a_call_inside_a_library_does_nothing()
    {
        var silent = new[] { "ProfileApi", "RoleApi", "SessionApi", "AuditApi", "IdentityServer" }.Where(api =>
            !Repository.SourceFiles(".cs").Where(path => path.Contains($"{Path.DirectorySeparatorChar}{api}{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
                .Any(path => File.ReadAllText(path).Contains("AddValidation()", StringComparison.Ordinal)));

        Assert.Empty(silent);
    }

    [Fact]
    public void Request_types_are_public_because_validation_passes_over_internal_ones() =>
        Assert.Empty(Repository.SourceFiles("Endpoints.cs").Concat(Repository.SourceFiles("Records.cs")).SelectMany(path => InternalRequest().Matches(File.ReadAllText(path)).Select(match => $"{Path.GetFileName(path)}: {match.Value}")));

    [Fact]
    public void Pages_write_no_raw_HTML_and_no_inline_script_or_style() =>
        Assert.DoesNotContain(Repository.SourceFiles(".cshtml"), path => RawMarkup().IsMatch(File.ReadAllText(path)));

    [GeneratedRegex("^#?UserDomain__(?<name>[A-Za-z0-9_]+)=")]
    private static partial Regex SettingLine();

    [GeneratedRegex(@"(internal|private)( sealed)? record \w+Request\b")]
    private static partial Regex InternalRequest();

    [GeneratedRegex(@"Html\.Raw|\sstyle=""|\son[a-z]+=""|<script(?![^>]*\ssrc=)|<style")]
    private static partial Regex RawMarkup();
}
