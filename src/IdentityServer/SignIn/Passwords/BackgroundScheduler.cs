using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace UserDomain.IdentityServer.SignIn.Passwords;

/// <summary>
/// Runs long computations on threads of their own, which the operating system stops as soon as any other has work: a hash of 20 ms would else hold back
/// every request on its processor until the slice of time is over.
/// </summary>
internal sealed class BackgroundScheduler : TaskScheduler, IDisposable
{
    // SCHED_IDLE of sched(7). A higher niceness changes how much of a processor a thread gets in the end, and little of how soon another one gets it.
    private const int IdlePolicy = 5;

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
            var priority = 0;
            _ = SetScheduler(process: 0, IdlePolicy, ref priority);
        }

        foreach (var task in _queue.GetConsumingEnumerable())
        {
            TryExecuteTask(task);
        }
    }

    // sched_setscheduler(2), of the calling thread (0).
    [DllImport("libc", EntryPoint = "sched_setscheduler")]
    private static extern int SetScheduler(int process, int policy, ref int priority);
}
