namespace UserDomain.EndToEnd.Tests.Applications;

/// <summary>An application in JavaScript.</summary>
internal sealed class NodeProgram(string script, params string[] arguments) : LineProgram("node", [Path.Combine(Folder, script), .. arguments])
{
    /// <summary>Where the applications and the libraries they are built with are.</summary>
    public static string Folder { get; } = Repository.PathOf("tests/EndToEnd.Tests/Applications/node");
}
