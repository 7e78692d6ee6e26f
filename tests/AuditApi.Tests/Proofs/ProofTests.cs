using System.Diagnostics;
using System.Text;
using UserDomain.AuditApi.Integrity;
using UserDomain.AuditApi.Tests.AuditEvents;
using UserDomain.AuditApi.Tests.Heads;

namespace UserDomain.AuditApi.Tests.Proofs;

public sealed class ProofTests(RunningSystem system)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AUD_03_an_event_is_proved_to_be_in_the_trail_of_a_signed_head()
    {
        using var client = await system.AuditorAsync();
        var sent = Enumerable.Range(0, 150).Select(number => TrailEvents.Valid(("after", new { number, text = "a\"\\\u00e9\u20ac" }))).ToArray();
        await client.AppendedAsync([.. sent]);
        await client.SealedAsync((await client.ReadAsync(sent[^1])).GetProperty("sequence").GetInt64());
        var key = await client.KeyAsync();

        foreach (var one in new[] { sent[0], sent[77], sent[^1] })
        {
            var read = await client.ReadAsync(one);
            var proof = await client.AskAsync($"{one["id"]}/proof");
            var head = Checkpoint.Open(proof.GetProperty("head").Text("note")!, key)!;
            var canonical = JsonSerializer.Deserialize<JsonElement>(proof.Text("canonical")!);

            Assert.Equal(read.GetProperty("sequence").GetInt64() - 1, proof.GetProperty("leafIndex").GetInt64());
            Assert.Equal(head.Root, MerkleCheck.RootOf(MerkleTree.LeafHash(Encoding.UTF8.GetBytes(proof.Text("canonical")!)), proof.GetProperty("leafIndex").GetInt64(), head.Size, proof.Hashes()));
            Assert.True(JsonElement.DeepEquals(read.GetProperty("after"), JsonSerializer.Deserialize<JsonElement>(canonical.Text("after")!)));
            Assert.Equal(18, canonical.EnumerateObject().Count());
        }
    }

    [Fact]
    public async Task AUD_03_a_head_is_proved_to_go_on_where_an_earlier_one_ended()
    {
        using var client = await system.AuditorAsync();
        var sizes = new List<Checkpoint>();
        foreach (var count in new[] { 1, 200, 130 })
        {
            var sent = Enumerable.Range(0, count).Select(_ => TrailEvents.Valid()).ToArray();
            await client.AppendedAsync([.. sent]);
            sizes.Add(await client.SealedAsync((await client.ReadAsync(sent[^1])).GetProperty("sequence").GetInt64()));
        }

        foreach (var (from, to) in new[] { (0, 1), (0, 2), (1, 2), (2, 2) })
        {
            var proof = await client.AskAsync($"heads/consistency?from={sizes[from].Size}&to={sizes[to].Size}");

            Assert.True(MerkleCheck.GoesOn(sizes[from].Size, sizes[from].Root, sizes[to].Size, sizes[to].Root, proof.Hashes()));
        }
    }

    [Theory]
    [InlineData("from", "to=1")]
    [InlineData("from", "from=0")]
    [InlineData("from", "from=-1&to=1")]
    [InlineData("from", "from=2&to=1")]
    [InlineData("to", "from=1&to=999999999999")]
    [InlineData("to", "from=1&to=0")]
    public async Task Sizes_that_no_heads_have_are_refused(string member, string query)
    {
        using var client = await system.AuditorAsync();
        await client.AppendedAsync(TrailEvents.Valid(), TrailEvents.Valid());
        await client.SealedAsync(2);

        await client.GetAsync($"{TrailEvents.Path}/heads/consistency?{query}", Cancellation).RefusedAsync(member);
    }

    [Fact]
    public async Task An_event_that_does_not_exist_has_no_proof()
    {
        using var client = await system.AuditorAsync();

        await client.GetAsync($"{TrailEvents.Path}/{Guid.CreateVersion7()}/proof", Cancellation).ProblemAsync(HttpStatusCode.NotFound, "audit-event-not-found");
    }

    [Fact]
    public async Task A_proof_before_the_next_head_is_to_be_asked_for_again()
    {
        using var client = await system.AuditorAsync();
        var sent = TrailEvents.Valid();
        await client.AppendedAsync(sent);

        using var answer = await client.GetAsync($"{TrailEvents.Path}/{sent["id"]}/proof", Cancellation);
        if (answer.StatusCode != HttpStatusCode.OK)
        {
            await Task.FromResult(answer).ProblemAsync(HttpStatusCode.Conflict, "not-sealed-yet");
        }
    }

    [Fact]
    public async Task AUD_03_the_script_of_the_documentation_checks_a_proof()
    {
        var text = await File.ReadAllTextAsync(Repository.PathOf("docs/audit-proofs.md"), Cancellation);
        var script = text.Split("```python\n")[1].Split("```")[0];
        using var client = await system.AuditorAsync();
        var sent = Enumerable.Range(0, 13).Select(_ => TrailEvents.Valid(("target", new { type = "order", id = "7", name = "Bestellung \u00e4\u20ac\\" }))).ToArray();
        await client.AppendedAsync([.. sent]);
        await client.SealedAsync((await client.ReadAsync(sent[^1])).GetProperty("sequence").GetInt64());
        foreach (var one in sent)
        {
            var proof = (await client.AskAsync($"{one["id"]}/proof")).GetRawText();

            Assert.Equal("in the trail", await RunAsync(script, proof));
            Assert.Equal("NOT in the trail", await RunAsync(script, proof.Replace("Bestellung", "bestellung", StringComparison.Ordinal)));
        }
    }

    private static async Task<string> RunAsync(string script, string input)
    {
        using var python = Process.Start(new ProcessStartInfo("python3", ["-c", script]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        await python.StandardInput.WriteAsync(input);
        python.StandardInput.Close();
        return (await python.StandardOutput.ReadToEndAsync(Cancellation)).Trim();
    }
}
