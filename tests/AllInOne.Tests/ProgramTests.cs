using System.Diagnostics;
using System.Text.RegularExpressions;

namespace UserDomain.AllInOne.Tests;

public sealed partial class ProgramTests : IDisposable
{
    private readonly TestFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task When_ready_it_says_once_what_it_is_where_it_is_and_what_services_want_to_be_read()
    {
        var url = SampleProgram.FreeUrl();
        await using var program = Start(("UserDomain__PublicUrl", url));

        var lines = await program.ReadToAsync("  a notice of the sample");
        await program.SignalAsync("TERM");
        var end = await program.EndAsync();

        Assert.Equal($"User Domain 0.1.0 is ready at {url}", lines[0]);
        Assert.EndsWith(_folder["data"], lines[1], StringComparison.Ordinal);
        Assert.Matches("started  in [0-9]+ ms", lines[2]);
        Assert.Equal(4, lines.Count);
        Assert.Equal((0, "", ""), end);
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task A_signal_ends_it_within_five_seconds_while_a_connection_is_kept_alive(string signal)
    {
        var url = SampleProgram.FreeUrl();
        await using var program = Start(("UserDomain__PublicUrl", url));
        await program.ReadToAsync("  started");
        using var client = new HttpClient { BaseAddress = new Uri(url) };
        await client.GetStringAsync("/api/v1/sessions", Cancellation);

        var clock = Stopwatch.StartNew();
        await program.SignalAsync(signal);
        var end = await program.EndAsync();

        Assert.Equal(0, end.ExitCode);
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Pages_and_style_sheets_come_whole_wherever_it_is_started_from()
    {
        var url = SampleProgram.FreeUrl();
        await using var program = Start(("UserDomain__PublicUrl", url));
        await program.ReadToAsync("  started");
        using var client = new HttpClient { BaseAddress = new Uri(url) };

        var page = await client.GetStringAsync("/", Cancellation);
        var link = StyleSheet().Match(page).Groups[1].Value;

        Assert.Matches(@"^/sample/site\.\w+\.css$", link);
        Assert.StartsWith("body {", await client.GetStringAsync(link, Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Services_reach_each_other_when_the_temporary_folder_is_too_deep_for_a_socket_and_nothing_is_left_there()
    {
        var deep = Directory.CreateDirectory(_folder[Path.Combine(new string('a', 60), new string('b', 60))]).FullName;
        var url = SampleProgram.FreeUrl();
        await using var program = Start(("UserDomain__PublicUrl", url), ("TMPDIR", deep));
        await program.ReadToAsync("  started");
        using var client = new HttpClient { BaseAddress = new Uri(url) };

        Assert.Equal("sessions", await client.GetStringAsync("/api/v1/roles", Cancellation));
        await program.SignalAsync("TERM");
        await program.EndAsync();
        Assert.Empty(Directory.EnumerateFileSystemEntries(deep, "user-domain-*"));
    }

    [Fact]
    public async Task The_socket_is_in_a_folder_of_this_user_alone_and_gone_afterwards()
    {
        await using var program = Start(("UserDomain__PublicUrl", SampleProgram.FreeUrl()), ("TMPDIR", _folder.Path));
        await program.ReadToAsync("  started");

        var socket = Assert.Single(Directory.GetDirectories(_folder.Path, "user-domain-*"));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(socket));
        await program.SignalAsync("TERM");
        await program.EndAsync();
        Assert.False(Directory.Exists(socket));
    }

    [Fact]
    public async Task The_migrate_command_migrates_and_ends_without_serving()
    {
        await using var program = SampleProgram.Start(_folder, [("UserDomain__PublicUrl", SampleProgram.FreeUrl())], "migrate");

        Assert.Equal((0, "", ""), await program.EndAsync());
        Assert.True(File.Exists(_folder[Path.Combine("data", "migrated")]));
    }

    [Fact]
    public async Task The_health_command_says_whether_the_program_with_the_same_settings_is_ready()
    {
        (string, string)[] settings = [("UserDomain__PublicUrl", SampleProgram.FreeUrl())];
        await using (var program = SampleProgram.Start(_folder, settings))
        {
            await program.ReadToAsync("  started");
            await using var probe = SampleProgram.Start(_folder, settings, "health");
            Assert.Equal((0, "", ""), await probe.EndAsync());
        }

        await using var late = SampleProgram.Start(_folder, settings, "health");
        var (exitCode, output, errors) = await late.EndAsync();
        Assert.Equal((1, ""), (exitCode, output));
        Assert.Matches("^user-domain: http://localhost:[0-9]+/health/ready does not answer: Connection refused", errors);
    }

    private ProgramProcess Start(params (string Name, string Value)[] settings) => SampleProgram.Start(_folder, settings);

    [GeneratedRegex("href=\"([^\"]+)\"")]
    private static partial Regex StyleSheet();
}
