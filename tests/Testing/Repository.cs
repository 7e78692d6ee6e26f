namespace UserDomain.Testing;

/// <summary>The folder all of this is in.</summary>
public static class Repository
{
    private static readonly DirectoryInfo Output = new(AppContext.BaseDirectory);

    // tests/PROJECT/bin/CONFIGURATION/FRAMEWORK
    private static readonly string Root = Path.GetFullPath("../../../../..", AppContext.BaseDirectory);

    /// <summary>The path of something in it.</summary>
    /// <param name="path">As from the root, with slashes.</param>
    public static string PathOf(string path) => Path.Combine(Root, path);

    /// <summary>The path of a program of the product, as it was built with these tests.</summary>
    /// <param name="project">Its project, as in <c>RoleApi</c>.</param>
    public static string ProgramOf(string project) => PathOf($"src/{project}/bin/{Output.Parent!.Name}/{Output.Name}/UserDomain.{project}.dll");
}
