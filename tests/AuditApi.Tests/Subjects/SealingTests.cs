using UserDomain.AuditApi.Tests.AuditEvents;
using UserDomain.AuditApi.Tests.Heads;
using UserDomain.Contracts;

namespace UserDomain.AuditApi.Tests.Subjects;

/// <summary>What is stored of persons, and what is read of it (AUD-04).</summary>
public sealed class SealingTests(RunningSystem system)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AUD_04_personal_values_are_not_in_the_database_and_are_read_as_they_were()
    {
        using var client = await system.AuditorAsync();
        var (admin, person) = (Person.New(), Person.New());
        var sent = PersonalEvents.Update(admin, person);
        await system.HappenedAsync(sent);

        var row = await system.RowAsync(sent);
        var read = await client.ReadAsync(sent);

        AssertNothingOf(admin, row);
        AssertNothingOf(person, row);
        Assert.Contains("\"version\":2", row, StringComparison.Ordinal);
        Assert.Contains(person.Id.ToString(), row, StringComparison.Ordinal);
        Assert.Equal((admin.Name, admin.Address, person.Name), (read.GetProperty("actor").Text("name"), read.Text("address"), read.GetProperty("target").Text("name")));
        Assert.Equal($$"""{"email":"old-{{person.Email}}","version":1}""", read.GetProperty("before").GetRawText());
        Assert.Equal(person.Email, read.GetProperty("after").Text("email"));
        Assert.Equal(["email", "displayName", "version"], read.GetProperty("after").EnumerateObject().Select(member => member.Name));
        Assert.False(read.IsErased());
    }

    [Fact]
    public async Task AUD_04_a_name_an_address_and_a_state_are_sealed_whoevers_they_are()
    {
        using var client = await system.AuditorAsync();
        var (admin, person) = (Person.New(), Person.New());
        AuditEventRecord[] events =
        [
            // A session is called by the name of its person, and the person is in its state.
            PersonalEvents.EventOf(AuditEventTypes.SessionCreated, person, new("session", Guid.CreateVersion7().ToString(), person.Name), after: new { user = person.Party, address = person.Address, userAgent = "Browser" }),
            PersonalEvents.EventOf(AuditEventTypes.SessionCreated, null, new("session", Guid.CreateVersion7().ToString(), person.Name), after: new { user = person.Party }),

            // Nobody known has tried to be somebody.
            PersonalEvents.EventOf(AuditEventTypes.SignInFailed, null, person.Party, address: person.Address),
            PersonalEvents.EventOf(AuditEventTypes.GroupUpdated, admin, new("group", Guid.CreateVersion7().ToString(), "Staff"), after: new { memberAdded = person.Party }),
            PersonalEvents.EventOf(AuditEventTypes.RoleAssigned, admin, new("role-assignment", Guid.CreateVersion7().ToString(), "support"), after: new { role = new AuditParty("role", "1", "support"), subject = person.Party }),

            // It is not said whose they are, or not as the product says it.
            PersonalEvents.EventOf(AuditEventTypes.SessionCreated, person, new("session", Guid.CreateVersion7().ToString(), person.Name), after: new { userAgent = person.Name }),
            PersonalEvents.EventOf(AuditEventTypes.RoleAssigned, admin, new("role-assignment", Guid.CreateVersion7().ToString(), "support"), after: new { subject = new { TYPE = "user", person.Name } }),

            // Types of others, and members nobody has registered.
            PersonalEvents.EventOf("order.shipped", admin, person.Party, after: new { to = person.Email }),
            PersonalEvents.EventOf("order.shipped", person, new("order", "7", "Order 7"), before: new { to = person.Email }, after: new Dictionary<string, bool> { [person.Email] = true }),
            PersonalEvents.EventOf(AuditEventTypes.UserUpdated, admin, person.Party, after: new Dictionary<string, object> { ["version"] = 3, [person.Email] = true }),
        ];
        await system.HappenedAsync(events);

        foreach (var sent in events)
        {
            var read = await client.ReadAsync(sent);
            AssertNothingOf(admin, await system.RowAsync(sent));
            AssertNothingOf(person, await system.RowAsync(sent));
            Assert.Equal((sent.Actor?.Name, sent.Address, sent.Target.Name), (read.GetProperty("actor") is { ValueKind: JsonValueKind.Object } actor ? actor.Text("name") : null, read.Text("address"), read.GetProperty("target").Text("name")));
            Assert.True(sent.Before is null ? read.IsNull("before") : JsonElement.DeepEquals(sent.Before.Value, read.GetProperty("before")), read.ToString());
            Assert.True(sent.After is null ? read.IsNull("after") : JsonElement.DeepEquals(sent.After.Value, read.GetProperty("after")), read.ToString());
        }
    }

    [Fact]
    public async Task What_is_nobodys_stays_readable_in_the_database()
    {
        var admin = Person.New();
        AuditEventRecord[] events =
        [
            PersonalEvents.EventOf(AuditEventTypes.RoleUpdated, admin, new("role", "1", "open-name"), new { description = "open-old" }, new { description = "open-new" }),
            PersonalEvents.EventOf(AuditEventTypes.RoleAssigned, admin, new("role-assignment", "1", "open-name"), after: new { role = "open-old", subject = new AuditParty("group", "1", "open-new") }),
            PersonalEvents.EventOf("order.shipped", null, new("order", "7", "open-name"), new { a = "open-old" }, new { a = "open-new" }),
            PersonalEvents.EventOf(AuditEventTypes.SignInFailed, null, new("user", AuditParty.UnknownId, "open-name"), address: "open-old open-new"),
        ];
        await system.HappenedAsync(events);

        foreach (var sent in events)
        {
            var row = await system.RowAsync(sent);
            Assert.All(new[] { "open-name", "open-old", "open-new" }, text => Assert.Contains(text, row, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_plain_value_that_looks_like_a_sealed_one_is_what_it_is()
    {
        using var client = await system.AuditorAsync();
        const string Like = "v1.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        var person = Person.New();
        AuditEventRecord[] events =
        [
            PersonalEvents.EventOf("order.shipped", null, new("order", "7", Like), after: new { to = Like }, address: Like),
            PersonalEvents.EventOf(AuditEventTypes.UserUpdated, person with { Name = Like }, new("user", person.Id.ToString(), Like), after: new { email = Like, version = Like }),
        ];
        await system.HappenedAsync(events);

        foreach (var read in new[] { await client.ReadAsync(events[0]), await client.ReadAsync(events[1]) })
        {
            Assert.Equal(Like, read.GetProperty("target").Text("name"));
            Assert.All(read.GetProperty("after").EnumerateObject(), member => Assert.Equal(Like, member.Value.GetString()));
        }
    }

    [Fact]
    public async Task AUD_04_a_sealed_value_does_not_open_at_another_place()
    {
        using var client = await system.AuditorAsync();
        var person = Person.New();
        var (one, other) = (PersonalEvents.Update(person, person), PersonalEvents.Update(person, person));
        await system.HappenedAsync(one, other);

        var (here, there) = (await system.SequenceAsync(one), await system.SequenceAsync(other));
        await system.TamperAsync($"UPDATE EVENTS SET target_sealed = actor_sealed WHERE sequence = {here}");
        await system.TamperAsync($"UPDATE EVENTS SET state_sealed = (SELECT state_sealed FROM EVENTS WHERE sequence = {here}) WHERE sequence = {there}");

        var (first, second) = (await client.ReadAsync(one), await client.ReadAsync(other));
        Assert.Null(first.GetProperty("target").Text("name"));
        Assert.Equal(person.Name, first.GetProperty("actor").Text("name"));
        Assert.Null(second.GetProperty("after").Text("email"));
        Assert.Equal(2, (await client.ListAsync($"target={person.Id}")).Items().Count);
        foreach (var read in new[] { first, second })
        {
            Assert.Equal("changed", (await client.AskAsync($"verification?from={read.Sequence()}&to={read.Sequence()}")).GetProperty("finding").Text("what"));
        }
    }

    [Fact]
    public async Task A_sealed_value_that_is_nonsense_breaks_no_list()
    {
        using var client = await system.AuditorAsync();
        foreach (var nonsense in new[] { "", "v1.", "v1.***", "v1.AAAA", "v2.AAAA", "none" })
        {
            var person = Person.New();
            var sent = PersonalEvents.Update(person, person);
            await system.HappenedAsync(sent);
            await system.TamperAsync($"UPDATE EVENTS SET actor_sealed = '{nonsense}', target_sealed = '{nonsense}', state_sealed = '{nonsense}' WHERE sequence = {await system.SequenceAsync(sent)}");

            var read = Assert.Single((await client.ListAsync($"target={person.Id}")).Items());
            Assert.Null(read.GetProperty("actor").Text("name"));
            Assert.False(read.IsErased());
        }
    }

    [Fact]
    public async Task A_state_whose_texts_are_no_unicode_is_refused()
    {
        using var client = await system.AuditorAsync();
        foreach (var state in new[] { """{"a":"\ud800"}""", """{"\udc00":1}""", """{"a":[{"b":"x\ud800y"}]}""" })
        {
            using var body = new StringContent($$"""{"events":[{"id":"{{Guid.CreateVersion7()}}","type":"order.shipped","target":{"type":"order","id":"7"},"succeeded":true,"after":{{state}}}]}""", System.Text.Encoding.UTF8, "application/json");
            using var answer = await client.PostAsync(TrailEvents.Path, body, Cancellation);
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        }
    }

    internal static void AssertNothingOf(Person person, string row) =>
        Assert.All(new[] { person.Name, person.Email, person.Address }, text => Assert.DoesNotContain(text, row, StringComparison.OrdinalIgnoreCase));
}
