using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;
using UserDomain.ServiceDefaults.Backchannel;
using UserDomain.ServiceDefaults.Hosting;

namespace UserDomain.ServiceDefaults.Authorization;

/// <summary>
/// The keys the issuer publishes, asked for every two seconds; nearly always it answers that nothing is new. The library's own manager asks every five
/// minutes at the most often, and goes on to accept the keys it knew before for an hour: a withdrawn key has to be refused within seconds (KEY-02).
/// </summary>
internal sealed partial class IssuerKeys(IHttpClientFactory clients, UserDomainSettings settings, TimeProvider time, ILogger<IssuerKeys> logger)
    : BackgroundService, IConfigurationManager<OpenIdConnectConfiguration>
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _asking = new(1);
    private volatile Published? _published;

    /// <summary>The keys as they were last heard of; asks only where nothing was heard yet.</summary>
    public async Task<OpenIdConnectConfiguration> GetConfigurationAsync(CancellationToken cancel)
    {
        if (_published is null)
        {
            await AskAsync(onlyFirst: true, cancel);
        }

        return _published!.Configuration;
    }

    /// <summary>Does nothing: a token of an unknown key must not make this ask more often, and it asks often enough.</summary>
    public void RequestRefresh()
    {
    }

    public override void Dispose()
    {
        _asking.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        string? interruption = null;
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await AskAsync(onlyFirst: false, stoppingToken);
                interruption = null;
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                var reason = exception.GetBaseException().Message;
                if (reason != interruption)
                {
                    interruption = reason;
                    LogKept(reason);
                }
            }
        }
    }

    private async Task AskAsync(bool onlyFirst, CancellationToken cancellationToken)
    {
        await _asking.WaitAsync(cancellationToken);
        try
        {
            if (!onlyFirst || _published is null)
            {
                _published = await AskAsync(_published, cancellationToken);
            }
        }
        finally
        {
            _asking.Release();
        }
    }

    private async Task<Published> AskAsync(Published? known, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(settings.PublicUrl, ".well-known/jwks"));
        if (known?.Tag is { } tag)
        {
            request.Headers.IfNoneMatch.Add(tag);
        }

        using var client = clients.CreateClient(BackchannelClient.Name);
        using var response = await client.SendAsync(request, cancellationToken);
        if (known is not null && response.StatusCode == HttpStatusCode.NotModified)
        {
            return known;
        }

        response.EnsureSuccessStatusCode();
        var keys = new JsonWebKeySet(await response.Content.ReadAsStringAsync(cancellationToken));
        var configuration = new OpenIdConnectConfiguration { Issuer = settings.Issuer, JsonWebKeySet = keys };
        foreach (var key in keys.GetSigningKeys())
        {
            configuration.SigningKeys.Add(key);
        }

        return new(configuration, response.Headers.ETag);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The issuer's keys could not be asked for; those known are kept: {Reason}")]
    private partial void LogKept(string reason);

    private sealed record Published(OpenIdConnectConfiguration Configuration, EntityTagHeaderValue? Tag);
}
