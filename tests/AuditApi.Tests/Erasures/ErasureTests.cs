using Microsoft.EntityFrameworkCore;
using UserDomain.AuditApi.Export;
using UserDomain.AuditApi.Subjects;
using UserDomain.AuditApi.Tests.AuditEvents;
using UserDomain.AuditApi.Tests.Heads;
using UserDomain.AuditApi.Tests.Subjects;
using UserDomain.AuditApi.Tests.Webhooks;
using UserDomain.Contracts;

namespace UserDomain.AuditApi.Tests.Erasures;

/// <summary>What the trail has of a person can be made unreadable, and what it proves stays proved (AUD-04).</summary>
public sealed class ErasureTests(RunningSystem system)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AUD_04_after_an_erasure_personal_values_are_null_and_those_of_others_are_not()
    {
        using var client = await system.EraserAsync();
        var (person, other) = (Person.New(), Person.New());
        var (to, by) = (PersonalEvents.Update(other, person), PersonalEvents.Update(person, other));
        var session = PersonalEvents.EventOf(AuditEventTypes.SessionCreated, person, new("session", Guid.CreateVersion7().ToString(), person.Name), after: new { user = person.Party, authenticationMethods = "pwd" });
        var order = PersonalEvents.EventOf("order.shipped", other, person.Party, after: new { to = person.Email });
        await system.HappenedAsync(to, by, session, order);

        var answer = await client.ErasedAsync(person);

        Assert.Equal(person.Id.ToString(), answer.Text("subject"));
        Assert.InRange(answer.GetProperty("erasedAt").GetDateTimeOffset(), TimeProvider.System.GetUtcNow().AddMinutes(-1), TimeProvider.System.GetUtcNow());
        var read = await client.ReadAsync(to);
        Assert.Equal((other.Name, other.Address, null), (read.GetProperty("actor").Text("name"), read.Text("address"), read.GetProperty("target").Text("name")));
        Assert.Equal("""{"email":null,"displayName":null,"version":2}""", read.GetProperty("after").GetRawText());
        Assert.Equal("""{"email":null,"version":1}""", read.GetProperty("before").GetRawText());
        Assert.Equal(person.Id.ToString(), read.GetProperty("target").Text("id"));
        Assert.True(read.IsErased());

        read = await client.ReadAsync(by);
        Assert.Equal((null, null, other.Name), (read.GetProperty("actor").Text("name"), read.Text("address"), read.GetProperty("target").Text("name")));
        Assert.Equal(other.Email, read.GetProperty("after").Text("email"));
        Assert.True(read.IsErased());

        read = await client.ReadAsync(session);
        Assert.Equal((null, null, """{"user":null,"authenticationMethods":"pwd"}"""), (read.GetProperty("target").Text("name"), read.Text("address"), read.GetProperty("after").GetRawText()));
        Assert.True((await client.ReadAsync(order)).IsNull("after"));
        Assert.All((await client.ListAsync($"target={person.Id}&type=user.updated")).Items(), item => SealingTests.AssertNothingOf(person, item.ToString()));
    }

    [Fact]
    public async Task AUD_04_the_trail_is_proved_after_an_erasure_here_and_elsewhere()
    {
        await using var own = new RunningSystem();
        await own.InitializeAsync();
        using var client = await own.EraserAsync();
        var (person, other) = (Person.New(), Person.New());
        var sent = PersonalEvents.Update(other, person);
        await own.HappenedAsync([sent, .. Enumerable.Range(0, 300).Select(_ => PersonalEvents.Update(person, person))]);
        await client.SealedAsync(300);
        var proof = await client.AskAsync($"{sent.Id}/proof");

        await client.ErasedAsync(person);
        await client.SealedAsync(await own.InTrailAsync(store => store.AuditEvents.MaxAsync(row => row.Sequence, Cancellation)));

        var verified = await client.AskAsync("verification");
        Assert.True(verified.GetProperty("intact").GetBoolean(), verified.ToString());
        Assert.Equal(proof.Text("canonical"), (await client.AskAsync($"{sent.Id}/proof")).Text("canonical"));
        var export = await client.GetStringAsync($"{TrailEvents.Path}/export?format=sealed", Cancellation);
        SealingTests.AssertNothingOf(other, export);
        await ExportedAsync(export);
    }

    [Fact]
    public async Task AUD_04_an_erasure_is_an_event_once_whoever_asks_how_often()
    {
        using var client = await system.EraserAsync();
        var person = Person.New();
        await system.HappenedAsync(PersonalEvents.Update(person, person));

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => client.ErasedAsync(person)));
        var again = await client.EraseAsync($"{{{person.Id.ToString().ToUpperInvariant()}}}").BodyAsync();

        Assert.All(answers, answer => Assert.Equal(again.ToString(), answer.ToString()));
        var told = Assert.Single((await client.ListAsync($"target={person.Id}&type={AuditEventTypes.SubjectErased}")).Items());
        Assert.Equal("client", told.GetProperty("actor").Text("type"));
        Assert.Equal(again.Text("erasedAt"), told.Text("time"));
        Assert.True(told.IsErased());
    }

    [Fact]
    public async Task AUD_04_an_event_that_comes_after_the_erasure_is_kept_without_personal_values()
    {
        using var client = await system.EraserAsync();
        var (known, unknown, other) = (Person.New(), Person.New(), Person.New());
        await system.HappenedAsync(PersonalEvents.Update(known, known));
        await client.ErasedAsync(known);
        await client.ErasedAsync(unknown);

        foreach (var person in new[] { known, unknown })
        {
            var late = PersonalEvents.Update(person, person);
            var byOther = PersonalEvents.Update(other, person);
            await system.HappenedAsync(late, byOther);

            var row = await system.RowAsync(late);
            Assert.DoesNotContain("v1.", row, StringComparison.Ordinal);
            SealingTests.AssertNothingOf(person, row);
            var read = await client.ReadAsync(late);
            Assert.Equal("""{"email":null,"displayName":null,"version":2}""", read.GetProperty("after").GetRawText());
            Assert.Null(read.Text("address"));
            Assert.True(read.IsErased());
            Assert.Equal(other.Name, (await client.ReadAsync(byOther)).GetProperty("actor").Text("name"));
            Assert.Empty((await client.ListAsync($"q={person.Email}")).Items());
            Assert.Empty((await client.ListAsync($"address={person.Address}")).Items());
            Assert.True((await client.AskAsync($"verification?from={read.Sequence()}&to={read.Sequence()}")).GetProperty("intact").GetBoolean());
        }
    }

    [Fact]
    public async Task AUD_04_who_erases_themselves_leaves_nothing_in_the_event_of_it()
    {
        var id = await system.CreateUserAsync(roles: "administrator");
        using var person = await system.SignedInAsync(id, "audit:read", "audit:erase");

        await person.EraseAsync(id).BodyAsync();

        var told = Assert.Single((await person.ListAsync($"target={id}&type={AuditEventTypes.SubjectErased}")).Items());
        Assert.Equal(id.ToString(), told.GetProperty("actor").Text("id"));
        Assert.Null(told.Text("address"));
        Assert.All((await person.ListAsync($"actor={id}")).Items(), item => Assert.Null(item.Text("address")));
    }

    [Fact]
    public async Task AUD_04_an_erasure_holds_at_once_on_every_replica()
    {
        await using var replica = system.Replica();
        await replica.InitializeAsync();
        using var client = await system.EraserAsync();
        var person = Person.New();
        var sent = PersonalEvents.Update(person, person);
        await replica.HappenedAsync(sent);
        var before = await replica.InTrailAsync<EventReader, string?>(async reader => await NameAsync(replica, reader));

        await client.ErasedAsync(person);
        var late = PersonalEvents.Update(person, person);
        await replica.HappenedAsync(late);

        Assert.Equal(person.Name, before);
        Assert.Null(await replica.InTrailAsync<EventReader, string?>(async reader => await NameAsync(replica, reader)));
        Assert.DoesNotContain("v1.", await system.RowAsync(late), StringComparison.Ordinal);

        async Task<string?> NameAsync(RunningSystem where, EventReader reader)
        {
            var row = await where.InTrailAsync(store => store.AuditEvents.AsNoTracking().SingleAsync(row => row.Id == sent.Id, Cancellation));
            return (await reader.OpenAsync([row], Cancellation))[0].Target.Name;
        }
    }

    [Fact]
    public async Task AUD_04_events_that_come_while_somebody_is_erased_keep_nothing()
    {
        using var client = await system.EraserAsync();
        var person = Person.New();
        var events = Enumerable.Range(0, 40).Select(_ => PersonalEvents.Update(person, person)).ToList();

        await Task.WhenAll([client.ErasedAsync(person), .. events.Select(sent => system.HappenedAsync(sent))]);

        foreach (var sent in events)
        {
            Assert.Null((await client.ReadAsync(sent)).GetProperty("actor").Text("name"));
        }

        Assert.Empty((await client.ListAsync($"q={person.Email}")).Items());
        Assert.Null(await system.InTrailAsync(store => store.SubjectKeys.Where(key => key.Subject == person.Id.ToString()).Select(key => key.WrappedKey).SingleAsync(Cancellation)));
    }

    [Fact]
    public async Task AUD_04_webhooks_are_told_what_can_be_read_at_the_time()
    {
        await using var receiver = await Receiver.StartedAsync();
        using var manager = await system.WebhookManagerAsync();
        using var client = await system.EraserAsync();
        var person = Person.New();
        var type = WebhooksApi.OwnType();
        var webhook = await manager.CreateWebhookAsync(receiver, type, AuditEventTypes.SubjectErased);
        var sent = PersonalEvents.EventOf(type, person, person.Party, after: new { to = person.Email });
        await system.HappenedAsync(sent);
        await receiver.UntilAsync([sent.Id.ToString()]);

        await client.ErasedAsync(person);
        await receiver.UntilAsync(all => all.Any(received => received.Event.Text("type") == AuditEventTypes.SubjectErased && received.Subject == person.Id.ToString()));
        await manager.ReplayAsync(webhook, webhook.Position());
        await receiver.UntilAsync(all => all.Count(received => received.Id == sent.Id.ToString()) == 2);

        var (first, second) = (receiver.All.First(received => received.Id == sent.Id.ToString()), receiver.All.Last(received => received.Id == sent.Id.ToString()));
        Assert.Equal(person.Email, first.Event.GetProperty("data").GetProperty("after").Text("to"));
        SealingTests.AssertNothingOf(person, second.Event.ToString());
        Assert.True(second.Event.GetProperty("data").IsErased());
        await manager.DeleteAsync(webhook.Path(), Cancellation);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\u0000b")]
    [InlineData("a\nb")]
    public async Task An_erasure_of_nobody_is_refused(string subject)
    {
        using var client = await system.EraserAsync();

        await client.EraseAsync(null).ProblemAsync(HttpStatusCode.BadRequest, "unreadable-request");
        await client.EraseAsync(new[] { subject }).ProblemAsync(HttpStatusCode.BadRequest, "unreadable-request");
        await client.EraseAsync(subject).RefusedAsync("subject");
        await client.EraseAsync(new string('x', 256)).RefusedAsync("subject");
    }

    [Fact]
    public async Task Nobody_but_the_trail_says_that_somebody_was_erased()
    {
        using var client = await system.AuditorAsync();

        await client.AppendAsync(TrailEvents.Valid(), TrailEvents.Valid(("type", AuditEventTypes.SubjectErased))).RefusedAsync("events[1].type");
    }

    [Fact]
    public async Task Reading_and_writing_the_trail_does_not_do_for_erasing()
    {
        var auditor = await system.CreateUserAsync(roles: "auditor");
        using var client = await system.SignedInAsync(auditor, "audit:read", "audit:erase");

        await client.EraseAsync(Guid.CreateVersion7()).ProblemAsync(HttpStatusCode.Forbidden, "permission-missing");
    }

    private static async Task ExportedAsync(string export)
    {
        using var folder = new TestFolder();
        var file = Path.Combine(folder.Path, "export.jsonl");
        await File.WriteAllTextAsync(file, export, Cancellation);
        using var output = new StringWriter();
        await VerifyCommand.RunAsync([file], output);
        Assert.Contains("are intact", output.ToString(), StringComparison.Ordinal);
    }
}
