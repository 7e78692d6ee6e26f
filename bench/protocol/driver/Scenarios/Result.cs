using UserDomain.LoadDriver.Measuring;

namespace UserDomain.LoadDriver.Scenarios;

/// <summary>What the rounds of one subject came to.</summary>
internal sealed class Result
{
    private int _operations;

    /// <summary>The figures of each round.</summary>
    public List<Figures> Runs { get; } = [];

    /// <summary>What failed operations said.</summary>
    public List<string> Errors { get; } = [];

    /// <summary>The share of operations that failed.</summary>
    public double ErrorShare => Errors.Count == 0 ? 0 : Errors.Count / (double)(_operations + Errors.Count);

    public void Add(Figures? figures, Load load)
    {
        _operations += load.Latencies.Count;
        Errors.AddRange(load.Errors);
        if (figures is not null)
        {
            Runs.Add(figures);
        }
    }
}
