namespace UserDomain.ServiceDefaults.Hosting;

/// <summary>What a program is started for. The word, in lower case, is its only argument.</summary>
public enum ProgramCommand
{
    /// <summary>Without a word: to serve.</summary>
    Serve,

    /// <summary>To bring the database up to date and end.</summary>
    Migrate,

    /// <summary>To ask the program that runs with the same settings on this machine whether it is ready.</summary>
    Health,
}

/// <summary>Reads the command line.</summary>
public static class ProgramCommands
{
    /// <summary>The command of the arguments; settings such as <c>--name=value</c> mean <see cref="ProgramCommand.Serve"/>.</summary>
    /// <exception cref="StartupException">The one argument is a word that is no command.</exception>
    public static ProgramCommand Parse(string[] args) => args switch
    {
        ["migrate"] => ProgramCommand.Migrate,
        ["health"] => ProgramCommand.Health,
        [var word] when !word.StartsWith('-') && !word.Contains('=', StringComparison.Ordinal) => throw new StartupException(
            $"'{word}' is not a command: without arguments the program serves, with 'migrate' it brings the database up to date and ends, with 'health' it asks a running one whether it is ready"),
        _ => ProgramCommand.Serve,
    };
}
