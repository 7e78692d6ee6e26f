using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace UserDomain.IdentityServer.SignIn.Passwords;

/// <summary>How urgent the system takes the threads of a <see cref="BackgroundScheduler"/> to be (sched(7)).</summary>
internal enum ThreadUrgency
{
    /// <summary>They have a third of the share of usual threads, and a processor they have is theirs until their slice of time is over.</summary>
    Low,

    /// <summary>They give a processor away as soon as any other thread has work, and get none while all are busy.</summary>
    WhenIdle,
}

/// <summary>Runs long computations on threads of their own, which are less urgent than those of requests.</summary>
internal sealed class BackgroundScheduler : TaskScheduler, IDisposable
{
    // Weighs a third of a usual thread. With less, people cannot sign in where other work takes all there is (docs/adr/0031).
    private const int Niceness = 5;
    private const int IdlePolicy = 5;

    private readonly BlockingCollection<Task> _queue = [];
    private readonly ThreadUrgency _urgency;

    /// <param name="name">Of the threads, for those who look at the process.</param>
    /// <param name="threads">How many run at once.</param>
    /// <param name="urgency">Of the threads.</param>
    public BackgroundScheduler(string name, int threads, ThreadUrgency urgency)
    {
        MaximumConcurrencyLevel = threads;
        _urgency = urgency;
        for (var number = 0; number < threads; number++)
        {
            new Thread(Run) { Name = name, IsBackground = true }.Start();
        }
    }

    public override int MaximumConcurrencyLevel { get; }

    /// <summary>Begins the work on one of the threads, when one is free.</summary>
    public Task<T> Run<T>(Func<T> work) => Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.DenyChildAttach, this);

    public void Dispose() => _queue.CompleteAdding();

    protected override void QueueTask(Task task) => _queue.Add(task);

    // Whoever waits for the work would do it with the priority of a request.
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    protected override IEnumerable<Task> GetScheduledTasks() => [.. _queue];

    private void Run()
    {
        // Thread.Priority changes nothing on Linux. Where this does not work either, the work is as urgent as all else.
        if (OperatingSystem.IsLinux())
        {
            var priority = 0;
            _ = _urgency == ThreadUrgency.WhenIdle ? SetPolicy(thread: 0, IdlePolicy, ref priority) : SetPriority(which: 0, who: 0, Niceness);
        }

        foreach (var task in _queue.GetConsumingEnumerable())
        {
            TryExecuteTask(task);
        }
    }

    // setpriority(2): of a process (0), the calling thread (0; Linux has the value for each thread).
    [DllImport("libc", EntryPoint = "setpriority")]
    private static extern int SetPriority(int which, uint who, int priority);

    // sched_setscheduler(2): the calling thread (0), and a structure of one number, which has to be 0 for this policy.
    [DllImport("libc", EntryPoint = "sched_setscheduler")]
    private static extern int SetPolicy(int thread, int policy, ref int priority);
}
