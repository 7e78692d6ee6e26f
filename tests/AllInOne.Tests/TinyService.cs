using UserDomain.ServiceDefaults.Hosting;

namespace UserDomain.AllInOne.Tests;

/// <summary>Services of a line or two.</summary>
internal static class TinyService
{
    public static ServiceDescription Of(string name, Action<WebApplication> map) => Of(name, _ => { }, map);

    public static ServiceDescription Of(string name, Action<IServiceCollection> add, Action<WebApplication> map) =>
        new(name, typeof(TinyService).Assembly, builder => add(builder.Services), map);

    public static StartupTask Task(string name, Action action, bool isMigration = false) => new(name, isMigration, (_, _) =>
    {
        action();
        return System.Threading.Tasks.Task.CompletedTask;
    });
}
