namespace UserDomain.Replicas.Tests.Resilience;

/// <summary>A service that gets itself a new token before the old one ends.</summary>
internal sealed class ServiceClient
{
    private static readonly TimeSpan RenewAfter = TimeSpan.FromMinutes(2);

    private readonly ReplicatedSystem _system;
    private readonly string _scope;
    private readonly HttpClient _http;
    private long _since;

    private ServiceClient(ReplicatedSystem system, string scope) => (_system, _scope, _http) = (system, scope, system.Client(address: system.FreshAddress()));

    /// <summary>With its first token.</summary>
    public static async Task<ServiceClient> CreateAsync(ReplicatedSystem system, string scope)
    {
        var client = new ServiceClient(system, scope);
        await client.RenewAsync();
        return client;
    }

    /// <summary>A client with a token that is good.</summary>
    public async Task<HttpClient> GetAsync()
    {
        if (TimeProvider.System.GetElapsedTime(_since) > RenewAfter)
        {
            await RenewAsync();
        }

        return _http;
    }

    private async Task RenewAsync()
    {
        _http.DefaultRequestHeaders.Authorization = new("Bearer", await _system.ServiceTokenAsync(null, _scope));
        _since = TimeProvider.System.GetTimestamp();
    }
}
