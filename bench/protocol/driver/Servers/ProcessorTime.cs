using System.Globalization;

namespace UserDomain.LoadDriver.Servers;

/// <summary>Processor time as the kernel charges it to programs (proc(5), <c>/proc/PID/stat</c>).</summary>
internal static class ProcessorTime
{
    // USER_HZ, which is 100 on every architecture .NET runs on.
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);

    /// <summary>That of one program with all its threads.</summary>
    public static TimeSpan Of(int process) => Read(process).Own;

    /// <summary>That of a program and of the programs it has started, those that have ended since included.</summary>
    public static TimeSpan WithChildren(int process)
    {
        while (true)
        {
            var before = Read(process);
            var living = Processes().Aggregate(TimeSpan.Zero, (sum, id) => sum + OfChild(id, process));

            // A child that ends meanwhile is in both sums or in neither: look again.
            if (Read(process).EndedChildren == before.EndedChildren)
            {
                return before.Own + before.EndedChildren + living;
            }
        }
    }

    private static IEnumerable<int> Processes() =>
        Directory.EnumerateDirectories("/proc").Select(path => int.TryParse(Path.GetFileName(path), CultureInfo.InvariantCulture, out var id) ? id : 0).Where(id => id > 0);

    private static TimeSpan OfChild(int id, int parent)
    {
        try
        {
            var process = Read(id);
            return process.Parent == parent ? process.Own : TimeSpan.Zero;
        }
        catch (IOException)
        {
            // It has ended since it was listed.
            return TimeSpan.Zero;
        }
    }

    // The name, in parentheses, may hold spaces. After it: state, parent, ..., utime (12th), stime, cutime, cstime.
    private static Accounting Read(int process)
    {
        var stat = File.ReadAllText($"/proc/{process}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return new(int.Parse(fields[1], CultureInfo.InvariantCulture), Sum(fields[11], fields[12]), Sum(fields[13], fields[14]));
    }

    private static TimeSpan Sum(string user, string system) =>
        (long.Parse(user, CultureInfo.InvariantCulture) + long.Parse(system, CultureInfo.InvariantCulture)) * Tick;

    private sealed record Accounting(int Parent, TimeSpan Own, TimeSpan EndedChildren);
}
