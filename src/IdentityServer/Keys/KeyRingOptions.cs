using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using OpenIddict.Server;
using UserDomain.IdentityStore;

namespace UserDomain.IdentityServer.Keys;

/// <summary>Gives OpenIddict the keys of the ring, and the next ones when the ring has changed, without a restart.</summary>
internal sealed class KeyRingOptions(KeyRing ring) : IConfigureOptions<OpenIddictServerOptions>, IOptionsChangeTokenSource<OpenIddictServerOptions>, IDisposable
{
    private CancellationTokenSource _change = new();

    public string Name => Options.DefaultName;

    public void Configure(OpenIddictServerOptions options)
    {
        options.SigningCredentials.AddRange(ring.Signing);
        options.EncryptionCredentials.AddRange(ring.Encryption);
    }

    public IChangeToken GetChangeToken() => new CancellationChangeToken(_change.Token);

    public void Changed() => Interlocked.Exchange(ref _change, new()).Cancel();

    public void Dispose() => _change.Dispose();
}

/// <summary>Looks for a changed ring, so that all replicas agree on it well before a new key is used.</summary>
internal sealed partial class KeyRingRefresh(KeyRing ring, KeyRingOptions options, IServiceScopeFactory scopes, TimeProvider time, ILogger<KeyRingRefresh> logger)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await using var scope = scopes.CreateAsyncScope();
                if (await ring.ReloadAsync(scope.ServiceProvider.GetRequiredService<IdentityStoreContext>(), stoppingToken))
                {
                    options.Changed();
                }
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                LogKept(exception.GetBaseException().Message);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The key ring could not be looked up; the one in use is kept: {Reason}")]
    private partial void LogKept(string reason);
}
