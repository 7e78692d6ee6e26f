namespace UserDomain.ServiceDefaults.Hosting;

/// <summary>
/// Lines for the person who started the program, such as the one-time link of the first administrator. Start-up tasks add them, the
/// program prints them once on the output stream when it is ready. They are not logged: a log is kept and shipped.
/// </summary>
public sealed class StartupNotices
{
    private readonly Lock _gate = new();
    private readonly List<string> _lines = [];

    /// <summary>Adds a line.</summary>
    public void Add(string line)
    {
        lock (_gate)
        {
            _lines.Add(line);
        }
    }

    /// <summary>Hands out the lines added so far and forgets them.</summary>
    public IReadOnlyList<string> Take()
    {
        lock (_gate)
        {
            string[] taken = [.. _lines];
            _lines.Clear();
            return taken;
        }
    }
}
