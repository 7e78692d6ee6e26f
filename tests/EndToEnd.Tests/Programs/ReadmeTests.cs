namespace UserDomain.EndToEnd.Tests.Programs;

/// <summary>What the README tells a newcomer to type.</summary>
public sealed class ReadmeTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_service_of_the_example_gets_a_token_and_calls_an_API_with_it()
    {
        await using var installation = new Installation();
        await installation.StartAsync(await File.ReadAllTextAsync(Repository.PathOf("docs/examples/seed.json"), Cancellation));
        var blocks = (await File.ReadAllTextAsync(Repository.PathOf("README.md"), Cancellation)).Split("```");
        var commands = Assert.Single(blocks, block => block.Contains("/connect/token", StringComparison.Ordinal));

        await using var shell = new ProgramProcess("bash", Repository.PathOf("."), [], "-euo", "pipefail", "-c", commands.Replace("http://localhost:8080/", installation.PublicUrl.AbsoluteUri, StringComparison.Ordinal));
        var (exitCode, output, errors) = await shell.EndAsync();

        Assert.True(exitCode == 0, errors);
        Assert.Contains(JsonSerializer.Deserialize<JsonElement>(output).Items(), role => role.Text("name") == "clerk");
    }
}
