using Microsoft.EntityFrameworkCore;
using UserDomain.AuditApi.Search;
using UserDomain.AuditApi.Tests.AuditEvents;
using UserDomain.AuditApi.Tests.Subjects;
using UserDomain.Contracts;

namespace UserDomain.AuditApi.Tests.Search;

/// <summary>Events are found by words and addresses that the database does not have in the clear (AUD-05).</summary>
public sealed class SearchTests(RunningSystem system)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Events_are_found_by_words_of_names_and_values_and_by_addresses()
    {
        using var client = await system.AuditorAsync();
        var (admin, person) = (Person.New(), Person.New());
        var word = $"w{Guid.CreateVersion7():n}";
        var update = PersonalEvents.Update(admin, person);
        var order = PersonalEvents.EventOf("order.shipped", null, new("order", "7", $"Großer Café-Tisch {word}"), after: new { note = $"für {word}", count = 4711, number = "4711", from = "192.0.2.78", when = "2026-01-31T12:00:00Z", list = new[] { new { deep = $"x{word}" } } }, address: "::ffff:192.0.2.77");
        await system.HappenedAsync(update, order);

        await FindsAsync(client, $"q={person.Email}", update);
        await FindsAsync(client, $"q={person.Email.ToUpperInvariant()}", update);
        await FindsAsync(client, $"q=zoe {person.Name.Split(' ')[1]}", update);
        await FindsAsync(client, $"q=old-{person.Email} zoe", update);
        await FindsAsync(client, $"q=<{person.Email}>", update);
        await FindsAsync(client, $"q={person.Email} nowhere");
        await FindsAsync(client, $"q={person.Email[..6]}");
        await FindsAsync(client, $"address={admin.Address}", update);
        await FindsAsync(client, $"address={admin.Address.ToUpperInvariant()}", update);
        await FindsAsync(client, $"address={person.Address}");
        await FindsAsync(client, $"q={admin.Address}", update);
        await FindsAsync(client, $"address={admin.Address}&q={person.Email}", update);
        await FindsAsync(client, $"q={word} GROSSER", order);
        await FindsAsync(client, $"q={word} cafe", order);
        await FindsAsync(client, $"q={word} CAFE\u0301 4711 für 192.0.2.77", order);
        await FindsAsync(client, $"q={word}&address=192.0.2.77", order);
        await FindsAsync(client, $"q=x{word}", order);
        await FindsAsync(client, $"q={word} 2026");
        await FindsAsync(client, $"q={word} 192.0.2.78");
    }

    [Fact]
    public async Task Words_and_all_other_filters_are_asked_for_together_page_by_page()
    {
        using var client = await system.AuditorAsync();
        var (one, other) = (Person.New(), Person.New());
        var word = $"w{Guid.CreateVersion7():n}";

        // A word of two persons at once.
        var (a, b) = (one with { Name = $"A {word}" }, other with { Name = $"B {word}" });
        var events = Enumerable.Range(0, 7).Select(number => number % 2 == 0 ? PersonalEvents.Update(a, b) : PersonalEvents.EventOf(AuditEventTypes.UserDisabled, a, b.Party)).ToArray();
        await system.HappenedAsync(events);

        foreach (var limit in new[] { 1, 2, 3, 7, 50 })
        {
            Assert.Equal(events.Reverse().Select(sent => sent.Id), await AllAsync($"q={word}", limit));
            Assert.Equal(events.Reverse().Where(sent => sent.Type == AuditEventTypes.UserUpdated).Select(sent => sent.Id), await AllAsync($"q={word} {other.Email}&type=user.updated&target={other.Id}&succeeded=true", limit));
        }

        Assert.Empty(await AllAsync($"q={word}&type=user.created", 50));
        Assert.Empty(await AllAsync($"q={word}&to=2020-01-01T00:00:00Z", 50));
        var first = await client.ListAsync($"q={word}&limit=1");
        await client.GetAsync($"{TrailEvents.Path}?q=other&limit=1&cursor={first.Text("nextCursor")}", Cancellation).RefusedAsync("cursor");

        async Task<List<Guid>> AllAsync(string query, int limit)
        {
            var (found, cursor) = (new List<Guid>(), "");
            do
            {
                var page = await client.ListAsync($"{query}&limit={limit}&cursor={cursor}");
                Assert.InRange(page.Items().Count, 0, limit);
                found.AddRange(page.Items().Select(item => item.GetProperty("id").GetGuid()));
                cursor = page.Text("nextCursor");
            }
            while (cursor is not null);
            return found;
        }
    }

    [Fact]
    public async Task AUD_04_who_was_erased_is_not_found_any_more_and_others_are()
    {
        using var client = await system.EraserAsync();
        var word = $"w{Guid.CreateVersion7():n}";
        var (gone, stays) = (Person.New() with { Name = $"Anna {word}" }, Person.New() with { Name = $"Otto {word}" });
        var (both, alone) = (PersonalEvents.Update(stays, gone), PersonalEvents.Update(gone, gone));
        await system.HappenedAsync(both, alone);
        await FindsAsync(client, $"q={word}", alone, both);

        await client.ErasedAsync(gone);

        await FindsAsync(client, $"q={gone.Email}");
        await FindsAsync(client, $"q=anna {word}");
        await FindsAsync(client, $"address={gone.Address}");
        await FindsAsync(client, $"q={word}", both);
        await FindsAsync(client, $"q=otto {word}", both);
        await FindsAsync(client, $"target={gone.Id}&type=user.updated", alone, both);
    }

    [Fact]
    public async Task AUD_04_no_word_is_in_the_database()
    {
        var person = Person.New();
        var sent = PersonalEvents.EventOf("order.shipped", person, person.Party, after: new { to = person.Email });
        await system.HappenedAsync(sent);

        var sequence = await system.SequenceAsync(sent);
        var rows = await system.InTrailAsync(store => store.SearchTerms.Where(term => term.Sequence == sequence).ToListAsync(Cancellation));

        Assert.NotEmpty(rows);
        Assert.Equal(rows.Count, rows.Select(row => row.Term).Distinct().Count());
        Assert.All(rows, row => Assert.NotEqual(0, row.Subject));
        Assert.All(new[] { person.Name, person.Email }.SelectMany(text => SearchWords.Of(text)), word =>
            Assert.DoesNotContain(System.Buffers.Binary.BinaryPrimitives.ReadInt64BigEndian(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(word))), rows.Select(row => row.Term)));
    }

    [Fact]
    public async Task An_event_has_so_many_words_and_no_more()
    {
        var sent = PersonalEvents.EventOf("order.shipped", null, new("order", "7"), after: new { text = string.Join(' ', Enumerable.Range(0, 5_000).Select(number => $"w{number}")) }, address: "192.0.2.1");
        var long_ = PersonalEvents.EventOf("order.shipped", null, new("order", "7"), after: new { text = new string('x', 30_000) });
        await system.HappenedAsync(sent, long_);

        var sequence = await system.SequenceAsync(sent);
        Assert.Equal(SearchIndex.MostTerms, await system.InTrailAsync(store => store.SearchTerms.CountAsync(term => term.Sequence == sequence, Cancellation)));
    }

    [Theory]
    [InlineData("q=...")]
    [InlineData("q=%20%20")]
    [InlineData("q=%00")]
    [InlineData("q=a%0Ab")]
    [InlineData("q=%E2%80%AE")]
    [InlineData("q=1 2 3 4 5 6 7 8 9")]
    [InlineData("q=LONG")]
    [InlineData("address=LONG")]
    [InlineData("address=%00")]
    public async Task A_question_that_cannot_be_answered_is_refused(string query)
    {
        using var client = await system.AuditorAsync();

        await client.GetAsync($"{TrailEvents.Path}?{query.Replace("LONG", new string('x', 201), StringComparison.Ordinal)}", Cancellation).RefusedAsync(query[..query.IndexOf('=', StringComparison.Ordinal)]);
    }

    [Theory]
    [InlineData("q=%F0%9F%A6%8A%EF%BF%BD")]
    [InlineData("q=%ED%A0%80x")]
    [InlineData("q='; DROP TABLE audit_terms; --")]
    [InlineData("q=%25 _ zq*")]
    [InlineData("q=1:2:3:4:5:6")]
    [InlineData("q=999.999.999.999")]
    [InlineData("q=%E1%84%92%E1%85%A1%E1%86%AB%E6%97%A5%E6%9C%AC")]
    [InlineData("address=%20")]
    [InlineData("address=fe80::1%25eth0")]
    public async Task A_strange_question_is_answered(string query)
    {
        using var client = await system.AuditorAsync();

        Assert.Empty((await client.ListAsync(query)).Items());
    }

    private static async Task FindsAsync(HttpClient client, string query, params AuditEventRecord[] expected) =>
        Assert.Equal(expected.Select(sent => sent.Id), (await client.ListAsync(query.Replace(" ", "%20", StringComparison.Ordinal))).Items().Select(item => item.GetProperty("id").GetGuid()));
}
