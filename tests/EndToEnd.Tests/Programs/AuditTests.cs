namespace UserDomain.EndToEnd.Tests.Programs;

/// <summary>What an operator does with the audit trail from a command line, as docs/audit-proofs.md says.</summary>
public sealed class AuditTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AUD_03_an_export_is_verified_by_the_program_without_settings_a_database_or_a_service()
    {
        await using var installation = new Installation();
        using var folder = new TestFolder();
        await installation.StartAsync($$"""{ "clients": [ { "clientId": "service", "type": "service", "clientSecret": "{{Installation.ServiceSecret}}", "scopes": ["audit:read"], "roles": ["auditor"] } ] }""");
        using var auditor = await installation.ServiceAsync("audit:read");
        var (written, heads) = (Path.Combine(installation.Data, "audit-heads.log"), folder["heads"]);
        for (var attempt = 0; attempt < 100 && !File.Exists(written); attempt++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), Cancellation);
        }

        File.Copy(written, heads);
        var export = await auditor.GetStringAsync("api/v1/audit-events/export?format=sealed", Cancellation);
        var (exitCode, key, _) = await installation.CommandAsync("audit-key");
        await installation.StopAsync();
        await File.WriteAllTextAsync(folder["export.jsonl"], export, Cancellation);
        await File.WriteAllTextAsync(folder["changed.jsonl"], export.Replace("\"type\":\"client.created\"", "\"type\":\"client.updated\"", StringComparison.Ordinal), Cancellation);

        Assert.Equal(0, exitCode);
        await using var intact = ProgramProcess.Of("AllInOne", folder.Path, [], "verify-audit", "export.jsonl", "--key", key.Trim(), "--head", heads);
        await using var changed = ProgramProcess.Of("AllInOne", folder.Path, [], "verify-audit", "changed.jsonl", "--key", key.Trim());
        Assert.Matches(@"\AEvents 1 to [0-9]+ of localhost:[0-9]+/audit are intact, as they were signed at [-0-9]+ [:0-9]+Z\n\z", (await intact.EndAsync()).Output);
        var (code, output, errors) = await changed.EndAsync();
        Assert.Equal((1, ""), (code, output));
        Assert.Matches(@"\Auser-domain: Event [0-9]+ is not as it was appended \(changed\)\n\z", errors);
    }
}
