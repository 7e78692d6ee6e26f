using System.Net;
using UserDomain.ServiceDefaults.Outgoing;

namespace UserDomain.IdentityServer.Protocol.ClientDocuments;

/// <summary>Asks for documents (OUT-01).</summary>
internal sealed partial class DocumentFetcher(IHttpClientFactory clients, ILogger<DocumentFetcher> logger)
{
    /// <summary>The most bytes a document may have, as the specification recommends.</summary>
    public const int MaxBytes = 5 * 1024;

    /// <summary>How long a document is good that says nothing of it, and at least, so that a client cannot have us ask without end.</summary>
    public static readonly TimeSpan ShortestLifetime = TimeSpan.FromMinutes(5);

    /// <summary>How long a document is good at most, whatever it says.</summary>
    public static readonly TimeSpan LongestLifetime = TimeSpan.FromHours(24);

    /// <summary>The document at a URL and for how long it is good; null if it cannot be had. Why is for operators alone: whoever asks shall not learn what there is in our network.</summary>
    public async Task<(byte[] Document, TimeSpan Lifetime)?> FetchAsync(Uri url)
    {
        try
        {
            using var deadline = new CancellationTokenSource(OutgoingClient.Timeout);
            using var client = clients.CreateClient(OutgoingClient.Name);
            using var request = new HttpRequestMessage(HttpMethod.Get, url);
            request.Headers.Accept.ParseAdd("application/json");
            using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, deadline.Token);
            if (answer.StatusCode != HttpStatusCode.OK)
            {
                LogFailed(logger, url.GetLeftPart(UriPartial.Path), $"the answer was {(int)answer.StatusCode}");
                return null;
            }

            if (!IsJson(answer.Content.Headers.ContentType?.MediaType))
            {
                LogFailed(logger, url.GetLeftPart(UriPartial.Path), "the answer is not application/json");
                return null;
            }

            await answer.Content.LoadIntoBufferAsync(MaxBytes, deadline.Token);
            return (await answer.Content.ReadAsByteArrayAsync(deadline.Token), LifetimeOf(answer));
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or IOException)
        {
            LogFailed(logger, url.GetLeftPart(UriPartial.Path), (exception.InnerException ?? exception).Message);
            return null;
        }
    }

    private static bool IsJson(string? type) => type is not null
        && (type.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            || (type.StartsWith("application/", StringComparison.OrdinalIgnoreCase) && type.EndsWith("+json", StringComparison.OrdinalIgnoreCase)));

    private static TimeSpan LifetimeOf(HttpResponseMessage answer)
    {
        var said = answer.Headers.CacheControl is { NoStore: false, NoCache: false, MaxAge: { } age } ? age - (answer.Headers.Age ?? TimeSpan.Zero) : TimeSpan.Zero;
        return said < ShortestLifetime ? ShortestLifetime : said > LongestLifetime ? LongestLifetime : said;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The document of a client at {Address} could not be had: {Reason}")]
    private static partial void LogFailed(ILogger logger, string address, string reason);
}
