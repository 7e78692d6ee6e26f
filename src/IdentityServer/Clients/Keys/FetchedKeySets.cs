using Microsoft.Extensions.Caching.Memory;
using UserDomain.ServiceDefaults.Outgoing;

namespace UserDomain.IdentityServer.Clients.Keys;

/// <summary>The key sets clients publish, as they were a moment ago (<c>jwks_uri</c>, OpenID Connect Dynamic Client Registration 1.0 section 2).</summary>
internal sealed partial class FetchedKeySets(IHttpClientFactory clients, TimeProvider time, ILogger<FetchedKeySets> logger) : IDisposable
{
    private const int MostSets = 10_000;
    private static readonly TimeSpan Unused = TimeSpan.FromDays(1);

    private readonly MemoryCache _sets = new(new MemoryCacheOptions { SizeLimit = MostSets });
    private readonly Lock _lock = new();

    /// <summary>The set at an address a client was registered with.</summary>
    public FetchedKeySet At(string address)
    {
        // One for all who ask at once: two would be fetched twice.
        lock (_lock)
        {
            return _sets.GetOrCreate(address, entry =>
            {
                entry.SetSize(1).SetSlidingExpiration(Unused);
                return new FetchedKeySet(() => FetchAsync(new(address)), time);
            })!;
        }
    }

    public void Dispose() => _sets.Dispose();

    private async Task<(ClientKeySet Keys, TimeSpan? Lifetime)?> FetchAsync(Uri address)
    {
        try
        {
            using var client = clients.CreateClient(OutgoingClient.Name);
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            request.Headers.Accept.ParseAdd("application/jwk-set+json, application/json");
            using var answer = await client.SendAsync(request);
            if (answer.StatusCode != System.Net.HttpStatusCode.OK)
            {
                LogFailed(logger, address.GetLeftPart(UriPartial.Path), $"the answer was {(int)answer.StatusCode}");
                return null;
            }

            if (ClientKeySet.Read(await answer.Content.ReadAsByteArrayAsync()) is not { } keys)
            {
                LogFailed(logger, address.GetLeftPart(UriPartial.Path), $"the answer is not a JWK set of at most {ClientKeySet.MaxKeys} keys");
                return null;
            }

            return (keys, LifetimeOf(answer));
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or IOException)
        {
            LogFailed(logger, address.GetLeftPart(UriPartial.Path), (exception.InnerException ?? exception).Message);
            return null;
        }
    }

    private static TimeSpan? LifetimeOf(HttpResponseMessage answer) => answer.Headers.CacheControl switch
    {
        { NoStore: true } or { NoCache: true } => TimeSpan.Zero,
        { MaxAge: { } age } => age - (answer.Headers.Age ?? TimeSpan.Zero),
        _ => null,
    };

    [LoggerMessage(Level = LogLevel.Warning, Message = "The key set of a client at {Address} could not be had: {Reason}")]
    private static partial void LogFailed(ILogger logger, string address, string reason);
}
