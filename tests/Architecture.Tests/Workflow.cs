using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace UserDomain.Architecture.Tests;

/// <summary>A file of <c>.github/workflows</c>.</summary>
internal sealed partial class Workflow
{
    public const string Folder = ".github/workflows";

    public static readonly IReadOnlyList<Workflow> All =
        [.. Directory.EnumerateFiles(Path.Combine(Repository.Root, Folder)).Order(StringComparer.Ordinal).Select(path => new Workflow(path))];

    private readonly YamlMappingNode _root;

    private Workflow(string path)
    {
        using var reader = new StreamReader(path);
        var yaml = new YamlStream();
        yaml.Load(reader);
        _root = (YamlMappingNode)yaml.Documents[0].RootNode;
        File = Path.GetFileName(path);
    }

    public string File { get; }

    public IEnumerable<string?> Triggers => ((YamlMappingNode)_root["on"]).Select(trigger => ((YamlScalarNode)trigger.Key).Value);

    public IEnumerable<KeyValuePair<string, YamlMappingNode>> Jobs =>
        ((YamlMappingNode)_root["jobs"]).Select(job => KeyValuePair.Create($"{File}: {job.Key}", (YamlMappingNode)job.Value));

    /// <summary>What jobs and their steps use, but for workflows of this repository.</summary>
    public IEnumerable<string> Actions =>
        Jobs.Select(job => job.Value).SelectMany(job => Steps(job).Prepend(job)).Select(user => Text(user, "uses")).OfType<string>()
            .Where(used => !used.StartsWith("./.github/", StringComparison.Ordinal));

    /// <summary>The service its job hands to the workflow that all services share.</summary>
    public string? Service => Jobs.Select(job => Child(job.Value, "with")).OfType<YamlMappingNode>().Select(with => Text(with, "service")).SingleOrDefault();

    public IReadOnlyList<string>? PathsOf(string trigger) =>
        Child((YamlMappingNode)_root["on"], trigger) is YamlMappingNode filters && Child(filters, "paths") is YamlSequenceNode paths
            ? [.. paths.Select(path => ((YamlScalarNode)path).Value!)]
            : null;

    /// <summary>Whether a path filter lets a file pass. Of the patterns there are, folders with all that is in them and names are enough.</summary>
    public static bool Passes(IEnumerable<string> patterns, string file) => patterns.Any(pattern =>
        !FolderOrName().IsMatch(pattern) ? throw new NotSupportedException($"Only folder/** and names are understood, not {pattern}")
        : pattern.EndsWith("/**", StringComparison.Ordinal) ? file.StartsWith(pattern[..^2], StringComparison.Ordinal)
        : file == pattern);

    public static string? Text(YamlMappingNode node, string name) => (Child(node, name) as YamlScalarNode)?.Value;

    private static IEnumerable<YamlMappingNode> Steps(YamlMappingNode job) => (Child(job, "steps") as YamlSequenceNode)?.OfType<YamlMappingNode>() ?? [];

    private static YamlNode? Child(YamlMappingNode node, string name) => node.Children.TryGetValue(name, out var child) ? child : null;

    [GeneratedRegex(@"^[\w./-]+(/\*\*)?$")]
    private static partial Regex FolderOrName();
}
