using System.Text.RegularExpressions;
using UserDomain.Contracts;
using Xunit;

namespace UserDomain.Architecture.Tests;

/// <summary>The registry of audit event types, and the page that is made of it (AUD-01).</summary>
public sealed partial class AuditRegistryTests
{
    // None of them holds what it is named after: three say whether there is or was one, one is a number, one an id or a kind.
    private static readonly string[] Harmless = ["hasPassword", "passwordLinks", "passwordVoided", "secretReplaced", "token"];

    [Fact]
    public void AUD_01_every_event_type_is_registered_once() =>
        Assert.Equal(AuditEventTypes.All.Order(StringComparer.Ordinal), AuditEventRegistry.All.Select(type => type.Name).Order(StringComparer.Ordinal));

    [Fact]
    public void AUD_01_no_event_has_room_for_a_secret() => Assert.DoesNotContain(
        AuditEventRegistry.All.SelectMany(type => type.Plain.Concat(type.Personal)).Except(Harmless), member => SecretName().IsMatch(member));

    [Fact]
    public void Who_the_personal_data_of_an_event_are_of_is_said_by_a_member_it_has() => Assert.All(AuditEventRegistry.All, type =>
    {
        Assert.True(type.Subject is not null || type.Personal.Count == 0, $"Whose are the personal data of {type.Name}?");
        Assert.Empty((type.Subject ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).Except(["target", "actor", .. type.Plain, .. type.Personal]));
        Assert.Empty(type.Plain.Intersect(type.Personal));
    });

    [Fact]
    public void The_page_of_event_types_is_that_of_the_registry()
    {
        var source = File.ReadAllText(Path.Combine(Repository.Root, "src/Libraries/Contracts/AuditEvents.cs"));
        var meanings = Constant().Matches(source).ToDictionary(match => match.Groups["name"].Value, match => match.Groups["meaning"].Value.TrimEnd('.'));
        var table = string.Concat(AuditEventRegistry.All.Select(type =>
            $"| `{type.Name}` | {meanings[type.Name]} | {type.Target} | {type.Subject?.Replace(" ", ", ", StringComparison.Ordinal)} | {Code(type.Plain)} | {Code(type.Personal)} |\n"));

        Assert.True(File.ReadAllText(Path.Combine(Repository.Root, "docs/audit-events.md")).Contains("| --- | --- | --- | --- | --- | --- |\n" + table + "\n", StringComparison.Ordinal), $"The table has to be\n{table}");
    }

    private static string Code(IEnumerable<string> members) => string.Join(' ', members.Select(member => $"`{member}`"));

    [GeneratedRegex("secret|password|hash|token|code|credential|private", RegexOptions.IgnoreCase)]
    private static partial Regex SecretName();

    [GeneratedRegex("<summary>(?<meaning>[^<]*)</summary>\\s+public const string \\w+ = \"(?<name>[^\"]*)\"")]
    private static partial Regex Constant();
}
