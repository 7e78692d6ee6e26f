using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Serialization;
using UserDomain.ServiceDefaults.Hosting;
using UserDomain.ServiceDefaults.Secrets;

namespace UserDomain.ServiceDefaults.Backchannel;

/// <summary>This service's own access tokens (client credentials, RFC 6749 section 4.4), one for each scope, renewed shortly before they end.</summary>
internal sealed class ServiceTokens(IHttpClientFactory clients, UserDomainSettings settings, ServiceDescription service, KeyEncryptionKey root, TimeProvider time)
{
    private static readonly TimeSpan RenewBefore = TimeSpan.FromSeconds(30);
    private readonly ConcurrentDictionary<string, Held> _held = new();

    public async ValueTask<string> GetAsync(string scope, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (_held.TryGetValue(scope, out var held) && held.Until > now)
        {
            return held.Token;
        }

        var response = await RequestAsync(scope, cancellationToken);
        _held[scope] = new(response.AccessToken, now.AddSeconds(response.ExpiresIn) - RenewBefore);
        return response.AccessToken;
    }

    public void Forget(string scope) => _held.TryRemove(scope, out _);

    private async Task<TokenResponse> RequestAsync(string scope, CancellationToken cancellationToken)
    {
        using var request = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = ServiceCredentials.ClientIdOf(service.Name),
            ["client_secret"] = ServiceCredentials.SecretOf(root, service.Name),
            ["scope"] = scope,
        });
        using var client = clients.CreateClient(BackchannelClient.Name);
        using var response = await client.PostAsync(new Uri(settings.PublicUrl, "connect/token"), request, cancellationToken);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync<TokenResponse>(cancellationToken)
            ?? throw new HttpRequestException("The token endpoint answered nothing.");
    }

    private sealed record Held(string Token, DateTimeOffset Until);

    private sealed record TokenResponse(
        [property: JsonPropertyName("access_token")] string AccessToken,
        [property: JsonPropertyName("expires_in")] int ExpiresIn);
}

/// <summary>Puts the service's token on each request; a refused one is not used again.</summary>
internal sealed class ServiceTokenHandler(ServiceTokens tokens, string scope) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await tokens.GetAsync(scope, cancellationToken));
        var response = await base.SendAsync(request, cancellationToken);
        if (response.StatusCode == System.Net.HttpStatusCode.Unauthorized)
        {
            tokens.Forget(scope);
        }

        return response;
    }
}
