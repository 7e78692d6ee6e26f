using UserDomain.LoadDriver.Measuring;

namespace UserDomain.LoadDriver.Scenarios;

/// <summary>What a server has to do besides what is measured: one operation after the other, until this is disposed.</summary>
internal sealed class OtherLoad : IDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly Task _work;
    private readonly IDisposable _connection;

    public OtherLoad(Func<Task> operation, IDisposable connection)
    {
        _connection = connection;
        _work = Task.Run(() => WorkAsync(operation));
    }

    public void Dispose()
    {
        _end.Cancel();
        _work.GetAwaiter().GetResult();
        _connection.Dispose();
        _end.Dispose();
    }

    // Who is turned away for now comes again, as people do.
    private async Task WorkAsync(Func<Task> operation)
    {
        while (!_end.IsCancellationRequested)
        {
            try
            {
                await operation();
            }
            catch (Exception exception) when (ClosedLoop.IsFailure(exception))
            {
                await Task.Yield();
            }
        }
    }
}
