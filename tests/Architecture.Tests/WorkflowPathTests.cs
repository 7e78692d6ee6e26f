using System.Diagnostics;
using System.Text.RegularExpressions;
using Xunit;

namespace UserDomain.Architecture.Tests;

/// <summary>A change runs the workflows of the services it changes, and no others.</summary>
public sealed partial class WorkflowPathTests
{
    private static readonly string[] PartOfEveryService =
    [
        ".dockerignore", ".editorconfig", ".github/workflows/service.yml", "Directory.Build.props", "Directory.Packages.props", "Dockerfile",
        "eng/BannedSymbols.txt", "eng/test-prerequisites", "eng/test-services", "global.json", "test",
    ];

    public static TheoryData<string> Services => [.. Contracts.Services.All];

    [Theory]
    [MemberData(nameof(Services))]
    public void A_service_has_a_workflow_of_its_own(string service) =>
        Assert.Equal(FileOf(service), Assert.Single(Workflow.All, workflow => workflow.Service == service).File);

    [Theory]
    [InlineData("push")]
    [InlineData("pull_request")]
    public void A_file_triggers_exactly_the_workflows_of_the_services_that_are_made_of_it(string trigger)
    {
        var ofServices = Workflow.All.Where(workflow => workflow.Service is not null).ToList();
        var wrong = TrackedFiles().Union(PartOfEveryService)
            .Select(file => (
                Name: file,
                Triggers: string.Join(' ', ofServices.Where(workflow => Workflow.Passes(workflow.PathsOf(trigger)!, file)).Select(workflow => workflow.Service).Order()),
                PartOf: string.Join(' ', Contracts.Services.All.Where(service => IsPartOf(service, file)).Order())))
            .Where(file => file.Triggers != file.PartOf)
            .Select(file => $"{file.Name} triggers [{file.Triggers}] and is part of [{file.PartOf}]");

        Assert.Empty(wrong);
    }

    [Theory]
    [InlineData("push")]
    [InlineData("pull_request")]
    public void The_whole_repository_is_tested_after_every_change(string trigger)
    {
        var whole = Workflow.All.Single(workflow => workflow.File == "repository.yml");

        Assert.Contains(trigger, whole.Triggers);
        Assert.Null(whole.PathsOf(trigger));
    }

    [Fact]
    public void Every_action_is_pinned_to_a_commit_because_a_tag_can_move() =>
        Assert.All(Workflow.All.SelectMany(workflow => workflow.Actions), action => Assert.Matches(Pinned(), action));

    // One that calls a workflow may have none; the jobs of that workflow have.
    [Fact]
    public void Every_job_has_a_time_limit() =>
        Assert.Empty(Workflow.All.SelectMany(workflow => workflow.Jobs)
            .Where(job => Workflow.Text(job.Value, "uses") is null && Workflow.Text(job.Value, "timeout-minutes") is null)
            .Select(job => job.Key));

    private static string FileOf(string service) => WordStart().Replace(service, "-").ToLowerInvariant() + ".yml";

    private static bool IsPartOf(string service, string file) =>
        PartOfEveryService.Contains(file)
        || file == $"{Workflow.Folder}/{FileOf(service)}"
        || WithReferences(service).Select(FolderOf).Append($"tests/{service}.Tests/").Append("tests/Testing/")
            .Any(folder => file.StartsWith(folder, StringComparison.Ordinal));

    private static IEnumerable<string> WithReferences(string project) => Repository.Projects[project].SelectMany(WithReferences).Prepend(project);

    private static string FolderOf(string project) => Repository.Libraries.Contains(project) ? $"src/Libraries/{project}/" : $"src/{project}/";

    private static string[] TrackedFiles()
    {
        using var git = Process.Start(new ProcessStartInfo("git", ["ls-files", "-z"]) { WorkingDirectory = Repository.Root, RedirectStandardOutput = true })!;
        var files = git.StandardOutput.ReadToEnd().Split('\0', StringSplitOptions.RemoveEmptyEntries);
        Assert.NotEmpty(files);
        return files;
    }

    [GeneratedRegex("^[^@]+@[0-9a-f]{40}$")]
    private static partial Regex Pinned();

    [GeneratedRegex("(?<=[a-z])(?=[A-Z])")]
    private static partial Regex WordStart();
}
