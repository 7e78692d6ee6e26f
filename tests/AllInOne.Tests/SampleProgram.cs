using System.Reflection;

namespace UserDomain.AllInOne.Tests;

/// <summary>The sample program as a process of its own, started from a folder that is not its own.</summary>
internal static class SampleProgram
{
    private static readonly string Assembly = Path.GetFullPath(
        typeof(SampleProgram).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "SampleProgram").Value!,
        AppContext.BaseDirectory);

    public static ProgramProcess Start(TestFolder folder, IEnumerable<(string Name, string Value)> settings, params string[] args)
    {
        Dictionary<string, string> all = new() { ["UserDomain__DataDirectory"] = folder["data"] };
        foreach (var (name, value) in settings)
        {
            all[name] = value;
        }

        return new("dotnet", folder.Path, all, [Assembly, .. args]);
    }

    /// <summary>A public URL whose port was free a moment ago.</summary>
    public static string FreeUrl() => $"http://localhost:{ProgramProcess.FreePort()}";
}
