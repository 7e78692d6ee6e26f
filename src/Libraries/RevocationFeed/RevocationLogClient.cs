using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.Options;

namespace UserDomain.RevocationFeed;

/// <summary>Reads the log over HTTP.</summary>
internal sealed class RevocationLogClient(IHttpClientFactory clients, IOptions<RevocationFeedOptions> options)
{
    private const int PageSize = 200;

    // A stream says each second that there is nothing new: what is silent for longer is broken, or held back on the way.
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(3);

    /// <summary>Asks for everything after a number. <see cref="RevocationPage.Settled"/> of the last page holds for all of them.</summary>
    public async IAsyncEnumerable<RevocationPage> AskAsync(long after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var client = clients.CreateClient(options.Value.HttpClient);
        var (settled, isSettled) = (after, true);
        RevocationPage page;
        do
        {
            page = await client.GetFromJsonAsync<RevocationPage>(UrlOf("", $"?after={after}&limit={PageSize}"), cancellationToken) ?? throw new HttpRequestException("The revocation log answered nothing.");
            settled = isSettled ? page.Settled : settled;
            after = page.Items is [.., var last] ? last.Number : after;
            isSettled &= page.Settled == after;
            yield return page with { Settled = settled };
        }
        while (page.NextCursor is not null);
    }

    /// <summary>Everything after a number, and what comes from then on; each second at least a page, if only an empty one.</summary>
    /// <exception cref="HttpRequestException">There is no such stream.</exception>
    /// <exception cref="OperationCanceledException">It has fallen silent, if not by <paramref name="cancellationToken"/>.</exception>
    public async IAsyncEnumerable<RevocationPage> ListenAsync(long after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        silence.CancelAfter(LongestSilence);
        using var client = clients.CreateClient(options.Value.HttpClient);
        using var request = new HttpRequestMessage(HttpMethod.Get, UrlOf("/stream", $"?after={after}")) { Headers = { Accept = { new MediaTypeWithQualityHeaderValue("text/event-stream") } } };
        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, silence.Token);
        answer.EnsureSuccessStatusCode();
        await using var body = await answer.Content.ReadAsStreamAsync(silence.Token);
        await foreach (var item in SseParser.Create(body, (_, data) => JsonSerializer.Deserialize<RevocationPage>(data, JsonSerializerOptions.Web)!).EnumerateAsync(silence.Token))
        {
            silence.CancelAfter(LongestSilence);
            yield return item.Data;
        }
    }

    private Uri UrlOf(string path, FormattableString query) => new(options.Value.Log!.AbsoluteUri.TrimEnd('/') + path + query.ToString(CultureInfo.InvariantCulture));
}
