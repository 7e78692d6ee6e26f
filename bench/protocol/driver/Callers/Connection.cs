using System.Net;
using System.Net.Http.Headers;

namespace UserDomain.LoadDriver.Callers;

/// <summary>One connection to a server, kept open: HTTP/1.1, one request after the other, nothing followed, retried or added by itself.</summary>
internal sealed class Connection : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly string? _host;
    private readonly HttpClient _http;

    /// <summary>Nothing is opened yet.</summary>
    /// <param name="address">The server.</param>
    /// <param name="host">The host requests name, where it is not that of the address.</param>
    public Connection(Uri address, string? host = null)
    {
        _host = host;
        _http = new(new SocketsHttpHandler
        {
            MaxConnectionsPerServer = 1,
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ActivityHeadersPropagator = null,
        })
        {
            BaseAddress = address,
            Timeout = Patience,
        };
    }

    /// <summary>The browser's cookies; empty for a program.</summary>
    public CookieContainer Cookies { get; set; } = new();

    public Task<Answer> GetAsync(Uri url, string? accessToken = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.Authorization = accessToken is null ? null : new AuthenticationHeaderValue("Bearer", accessToken);
        return SendAsync(request);
    }

    public Task<Answer> PostAsync(Uri url, IEnumerable<KeyValuePair<string, string>> form) =>
        SendAsync(new(HttpMethod.Post, url) { Content = new FormUrlEncodedContent(form) });

    public void Dispose() => _http.Dispose();

    private async Task<Answer> SendAsync(HttpRequestMessage request)
    {
        using (request)
        {
            var url = new Uri(_http.BaseAddress!, request.RequestUri!);
            request.Headers.Host = _host;
            if (Cookies.Count > 0 && Cookies.GetCookieHeader(url) is { Length: > 0 } cookies)
            {
                request.Headers.Add("Cookie", cookies);
            }

            using var response = await _http.SendAsync(request);
            if (response.Headers.TryGetValues("Set-Cookie", out var added))
            {
                foreach (var cookie in added)
                {
                    Cookies.SetCookies(url, cookie);
                }
            }

            var location = response.Headers.Location;
            return new(url, response.StatusCode, location is null ? null : new(url, location), await response.Content.ReadAsByteArrayAsync());
        }
    }
}
