namespace UserDomain.EndToEnd.Tests.Applications;

/// <summary>An application in Python, run by the one that Debian's libraries are made for.</summary>
internal sealed class PythonProgram(string script)
    : LineProgram("/usr/bin/python3", "-B", Path.Combine(Repository.PathOf("tests/EndToEnd.Tests/Applications/python"), script));
