namespace UserDomain.ServiceDefaults.Hosting;

/// <summary>What a program is started for. The word, in lower case, is its first argument.</summary>
public enum ProgramCommand
{
    /// <summary>Without a word: to serve.</summary>
    Serve,

    /// <summary>To bring the database up to date and end.</summary>
    Migrate,

    /// <summary>To ask the program that runs with the same settings on this machine whether it is ready.</summary>
    Health,

    /// <summary>To do what an <see cref="OperatorCommand"/> says and end.</summary>
    Operate,
}

/// <summary>Reads the command line.</summary>
public static class ProgramCommands
{
    /// <summary>The command of the arguments; settings such as <c>--name=value</c> mean <see cref="ProgramCommand.Serve"/>.</summary>
    /// <exception cref="StartupException">The one argument is a word that is no command, or lacks what belongs to it.</exception>
    public static ProgramCommand Parse(string[] args) => args switch
    {
        ["migrate"] => ProgramCommand.Migrate,
        ["health"] => ProgramCommand.Health,
        [OperatorCommand.ListKeys] or [OperatorCommand.RotateKeys] or [OperatorCommand.AuditKey] or [OperatorCommand.RetireKey, _] or [OperatorCommand.LockDown, _] => ProgramCommand.Operate,
        [OperatorCommand.RetireKey] => throw new StartupException($"'{OperatorCommand.RetireKey}' needs the id of a key after it: '{OperatorCommand.ListKeys}' names them"),
        [OperatorCommand.LockDown] => throw new StartupException($"'{OperatorCommand.LockDown}' needs the id, user name or e-mail address of a user after it"),
        [var word] when !word.StartsWith('-') && !word.Contains('=', StringComparison.Ordinal) => throw new StartupException(
            $"'{word}' is not a command: without arguments the program serves, with 'migrate' it brings the database up to date and ends, with 'health' it asks a running one whether it is ready; 'list-keys', 'rotate-keys' and 'retire-key KEY' are for the keys of the server, 'lock-down USER' ends all access to an account that may be in wrong hands, 'audit-key' prints the key of the audit trail and 'verify-audit FILE' verifies an export of it"),
        _ => ProgramCommand.Serve,
    };
}
