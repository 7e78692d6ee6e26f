using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace UserDomain.Architecture.Tests;

/// <summary>The repository these tests were built from.</summary>
internal static partial class Repository
{
    public static readonly string Root = FindRoot(AppContext.BaseDirectory);

    /// <summary>Every project under <c>src</c> with the projects it refers to.</summary>
    public static readonly IReadOnlyDictionary<string, IReadOnlyList<string>> Projects =
        Directory.EnumerateFiles(Path.Combine(Root, "src"), "*.csproj", SearchOption.AllDirectories)
            .ToDictionary(path => Path.GetFileNameWithoutExtension(path), References);

    public static IReadOnlyList<string> Libraries { get; } =
        [.. Directory.EnumerateDirectories(Path.Combine(Root, "src", "Libraries")).Select(path => Path.GetFileName(path))];

    public static IEnumerable<string> SourceFiles(string extension) =>
        Directory.EnumerateFiles(Path.Combine(Root, "src"), "*" + extension, SearchOption.AllDirectories)
            .Where(path => !Generated().IsMatch(path));

    // By the compiler, and for each database by the tools of EF Core.
    [GeneratedRegex("/(obj|bin|(Migrations|CompiledModels)/(Sqlite|PostgreSql))/")]
    private static partial Regex Generated();

    private static IReadOnlyList<string> References(string project) =>
        [.. XDocument.Load(project).Descendants("ProjectReference").Select(reference => Path.GetFileNameWithoutExtension((string)reference.Attribute("Include")!))];

    private static string FindRoot(string? folder)
    {
        while (folder is not null && !File.Exists(Path.Combine(folder, "UserDomain.slnx")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new InvalidOperationException("The tests run outside of the repository.");
    }
}
