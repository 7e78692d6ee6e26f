using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace UserDomain.IdentityServer.SignIn.Passwords;

/// <summary>
/// Runs long computations on threads of their own, which the operating system gives a smaller share of a busy processor: a hash of 20 ms would else hold back
/// every request on it as long as another request may.
/// </summary>
internal sealed class BackgroundScheduler : TaskScheduler, IDisposable
{
    // Weighs a third of a usual thread (sched(7)). With less, people cannot sign in where other work takes all there is (docs/adr/0031).
    private const int Niceness = 5;

    private readonly BlockingCollection<Task> _queue = [];

    /// <param name="name">Of the threads, for those who look at the process.</param>
    /// <param name="threads">How many run at once.</param>
    public BackgroundScheduler(string name, int threads)
    {
        MaximumConcurrencyLevel = threads;
        for (var number = 0; number < threads; number++)
        {
            new Thread(Run) { Name = name, IsBackground = true }.Start();
        }
    }

    public override int MaximumConcurrencyLevel { get; }

    public void Dispose() => _queue.CompleteAdding();

    protected override void QueueTask(Task task) => _queue.Add(task);

    // Whoever waits for the work would do it with the priority of a request.
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    protected override IEnumerable<Task> GetScheduledTasks() => [.. _queue];

    private void Run()
    {
        // Thread.Priority changes nothing on Linux. Where this does not work either, hashing is as urgent as all else.
        if (OperatingSystem.IsLinux())
        {
            _ = SetPriority(which: 0, who: 0, Niceness);
        }

        foreach (var task in _queue.GetConsumingEnumerable())
        {
            TryExecuteTask(task);
        }
    }

    // setpriority(2): of a process (0), the calling thread (0; Linux has the value for each thread).
    [DllImport("libc", EntryPoint = "setpriority")]
    private static extern int SetPriority(int which, uint who, int priority);
}
