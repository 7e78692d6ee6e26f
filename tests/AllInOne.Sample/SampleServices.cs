using UserDomain.Contracts;
using UserDomain.ServiceDefaults.Backchannel;
using UserDomain.ServiceDefaults.Hosting;

namespace UserDomain.AllInOne.Sample;

/// <summary>Services just large enough to show how the program around them starts, fails and ends.</summary>
internal static class SampleServices
{
    /// <summary>Calls the other one.</summary>
    public static readonly ServiceDescription Roles = new(Services.RoleApi, typeof(SampleServices).Assembly, AddRoles, MapRoles);

    /// <summary>Is called, has start-up work, and fails on request.</summary>
    public static readonly ServiceDescription Sessions = new(Services.SessionApi, typeof(SampleServices).Assembly, AddSessions, MapSessions);

    private static void AddRoles(WebApplicationBuilder builder)
    {
    }

    private static void MapRoles(WebApplication app) =>
        app.MapGet("/api/v1/roles", async (IHttpClientFactory clients, UserDomainSettings settings, CancellationToken cancellationToken) =>
        {
            using var client = clients.CreateClient(BackchannelClient.Name);
            return await client.GetStringAsync(new Uri(settings.PublicUrl, "api/v1/sessions"), cancellationToken);
        });

    private static void AddSessions(WebApplicationBuilder builder)
    {
        if (builder.Configuration["Sample:FailAtStart"] == "true")
        {
            builder.Services.AddSingleton(new StartupTask("Opening the sample", false, (_, _) =>
                throw new InvalidOperationException("it is\nlocked")));
        }

        if (builder.Configuration["Sample:FailInBackground"] == "true")
        {
            builder.Services.AddHostedService<FailingWork>();
        }

        builder.Services.AddSingleton(new StartupTask("Migrating the sample", true, async (provider, cancellationToken) =>
        {
            var folder = provider.GetRequiredService<UserDomainSettings>().DataDirectory;
            await File.WriteAllTextAsync(Path.Combine(folder, "migrated"), "", cancellationToken);
        }));
        builder.Services.AddSingleton(new StartupTask("Greeting", false, (provider, _) =>
        {
            provider.GetRequiredService<StartupNotices>().Add("a notice of the sample");
            return Task.CompletedTask;
        }));
    }

    private static void MapSessions(WebApplication app) => app.MapGet("/api/v1/sessions", () => "sessions");

    private sealed class FailingWork(IHostApplicationLifetime lifetime) : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            var started = new TaskCompletionSource();
            using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
            await started.Task.WaitAsync(stoppingToken);
            throw new InvalidOperationException("lost the way");
        }
    }
}
