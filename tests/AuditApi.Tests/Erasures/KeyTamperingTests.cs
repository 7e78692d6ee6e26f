using UserDomain.AuditApi.Tests.AuditEvents;
using UserDomain.AuditApi.Tests.Heads;
using UserDomain.AuditApi.Tests.Subjects;

namespace UserDomain.AuditApi.Tests.Erasures;

/// <summary>What somebody can do who has the keys of persons in their hands, wrapped as they are (AUD-03, AUD-04).</summary>
public sealed class KeyTamperingTests(RunningSystem system)
{
    private static readonly Dictionary<string, string> Changes = new()
    {
        ["deleted"] = "DELETE FROM KEYS WHERE subject = 'ONE'",
        ["that of somebody else"] = "UPDATE KEYS SET wrapped_key = (SELECT wrapped_key FROM KEYS WHERE subject = 'OTHER') WHERE subject = 'ONE'",
        ["null"] = "UPDATE KEYS SET wrapped_key = NULL WHERE subject = 'ONE'",
        ["destroyed behind the back of the trail"] = "UPDATE KEYS SET wrapped_key = NULL, erased_at = created_at WHERE subject = 'ONE'",
        ["said to be destroyed"] = "UPDATE KEYS SET erased_at = created_at WHERE subject = 'ONE'",
    };

    public static TheoryData<string> Kinds => [.. Changes.Keys];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task AUD_04_a_key_that_was_changed_is_found_and_breaks_no_list(string change)
    {
        using var client = await system.AuditorAsync();
        var (person, other) = (Person.New(), Person.New());
        var sent = PersonalEvents.Update(other, person);
        await system.HappenedAsync(sent, PersonalEvents.Update(person, other));

        await TamperAsync(Changes[change], person, other);

        var read = Assert.Single((await client.ListAsync($"target={person.Id}")).Items());
        Assert.Equal((other.Name, null), (read.GetProperty("actor").Text("name"), read.GetProperty("target").Text("name")));
        await FindsAsync(client, read.Sequence());

        // Nothing stops the next event from being recorded.
        await system.HappenedAsync(PersonalEvents.Update(person, person));
        await FindsAsync(client, read.Sequence());
    }

    [Fact]
    public async Task AUD_04_a_key_that_comes_back_after_an_erasure_is_found()
    {
        using var client = await system.EraserAsync();
        var (person, other) = (Person.New(), Person.New());
        await system.HappenedAsync(PersonalEvents.Update(person, other));
        await client.ErasedAsync(person);
        var told = Assert.Single((await client.ListAsync($"target={person.Id}&type=subject.erased")).Items());

        await TamperAsync("UPDATE KEYS SET erased_at = NULL, wrapped_key = (SELECT wrapped_key FROM KEYS WHERE subject = 'OTHER') WHERE subject = 'ONE'", person, other);
        await FindsAsync(client, told.Sequence());

        await client.ErasedAsync(person);
        Assert.True((await VerifiedAsync(client, told.Sequence())).GetProperty("intact").GetBoolean());
    }

    private Task<int> TamperAsync(string change, Person one, Person other) =>
        system.TamperAsync(change.Replace("ONE", one.Id.ToString(), StringComparison.Ordinal).Replace("OTHER", other.Id.ToString(), StringComparison.Ordinal));

    private static async Task FindsAsync(HttpClient client, long sequence)
    {
        var answer = await VerifiedAsync(client, sequence);
        Assert.False(answer.GetProperty("intact").GetBoolean());
        Assert.Equal(("key", sequence), (answer.GetProperty("finding").Text("what"), answer.GetProperty("finding").Sequence()));
    }

    private static Task<JsonElement> VerifiedAsync(HttpClient client, long sequence) => client.AskAsync($"verification?from={sequence}&to={sequence}");
}
