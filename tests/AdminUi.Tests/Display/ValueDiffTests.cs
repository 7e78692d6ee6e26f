using System.Text.Json;
using UserDomain.AdminUi.Display;

namespace UserDomain.AdminUi.Tests.Display;

public sealed class ValueDiffTests
{
    [Fact]
    public void A_changed_member_is_a_removed_and_an_added_line() => Assert.Equal(
        [new(false, "displayName", "Alice B."), new(true, "displayName", "Alice Bar")],
        Between("""{"displayName":"Alice B."}""", """{"displayName":"Alice Bar"}"""));

    [Fact]
    public void What_stays_the_same_is_not_shown() =>
        Assert.Equal([new(true, "email", "a@example.test")], Between("""{"userName":"a"}""", """{"userName":"a","email":"a@example.test"}"""));

    [Fact]
    public void Of_a_list_only_what_joined_or_left_is_shown() => Assert.Equal(
        [new(false, "permissions", "b"), new(true, "permissions", "c")],
        Between("""{"permissions":["a","b"]}""", """{"permissions":["a","c"]}"""));

    [Fact]
    public void A_nested_member_is_named_by_its_path() =>
        Assert.Equal([new(true, "attributes.team", "blue")], Between("""{"attributes":{}}""", """{"attributes":{"team":"blue"}}"""));

    [Fact]
    public void A_creation_adds_and_a_deletion_removes()
    {
        Assert.Equal([new(true, "name", "clerk")], Between(null, """{"name":"clerk"}"""));
        Assert.Equal([new(false, "name", "clerk")], Between("""{"name":"clerk"}""", null));
    }

    [Fact]
    public void Nothing_known_is_nothing_shown()
    {
        Assert.Empty(Between(null, null));
        Assert.Empty(Between("""{"a":null}""", """{"a":null}"""));
    }

    private static IReadOnlyList<DiffLine> Between(string? before, string? after) => ValueDiff.Between(Read(before), Read(after));

    private static JsonElement? Read(string? json) => json is null ? null : JsonSerializer.Deserialize<JsonElement>(json);
}
