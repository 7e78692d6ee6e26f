using Microsoft.Extensions.Caching.Memory;

namespace UserDomain.IdentityServer.Protocol.ClientDocuments;

/// <summary>
/// Reads the documents of clients: each once at a time, whoever waits for it, and one that failed not again before <see cref="Pause"/> is over.
/// </summary>
internal sealed partial class ClientDocuments(DocumentFetcher fetcher, DocumentBudget budget, IServiceScopeFactory scopes, TimeProvider time, ILogger<ClientDocuments> logger) : IDisposable
{
    /// <summary>The time between two attempts of which the first failed.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private const int MostAttempts = 10_000;
    private const int MaxProblem = 300;
    private const string NotHad = "The document at the client_id could not be had. It is asked for again in a minute.";

    private readonly MemoryCache _attempts = new(new MemoryCacheOptions { SizeLimit = MostAttempts });
    private readonly Lock _lock = new();

    /// <summary>Reads the document of a client and keeps what it says.</summary>
    /// <param name="clientId">Its <c>client_id</c>.</param>
    /// <param name="isKnown">Whether it was read before.</param>
    /// <param name="cancellationToken">Ends the wait; whoever else waits goes on.</param>
    /// <returns>Why there is no such client; null if there is.</returns>
    public Task<string?> ReadAsync(string clientId, bool isKnown, CancellationToken cancellationToken)
    {
        if (ClientIdUrl.ProblemOf(clientId) is { } problem)
        {
            return Task.FromResult<string?>(problem);
        }

        lock (_lock)
        {
            if (_attempts.TryGetValue(clientId, out Attempt? last)
                && (!last!.Problem.IsCompleted || (last.Problem.IsCompletedSuccessfully && time.GetUtcNow() < last.BegunAt + Pause)))
            {
                return last.Problem.WaitAsync(cancellationToken);
            }

            if (!isKnown && !budget.TryTake(new Uri(clientId).Host))
            {
                return Task.FromResult<string?>("Too many clients that are not known yet were named just now. Try again in a minute.");
            }

            var attempt = new Attempt(AttemptAsync(clientId), time.GetUtcNow());
            _attempts.Set(clientId, attempt, new MemoryCacheEntryOptions { AbsoluteExpirationRelativeToNow = Pause, Size = 1 });
            return attempt.Problem.WaitAsync(cancellationToken);
        }
    }

    public void Dispose() => _attempts.Dispose();

    private async Task<string?> AttemptAsync(string clientId)
    {
        // Not under the lock of whoever begins it.
        await Task.Yield();
        if (await fetcher.FetchAsync(new(clientId)) is not var (document, lifetime))
        {
            return NotHad;
        }

        var (client, problem) = DocumentClient.Read(document, clientId);
        if (client is not null)
        {
            await using var scope = scopes.CreateAsyncScope();
            problem = await scope.ServiceProvider.GetRequiredService<DocumentStore>().ApplyAsync(client, lifetime, CancellationToken.None);
        }

        if (problem is null)
        {
            // It is in the store now, which knows until when it is good.
            _attempts.Remove(clientId);
            return null;
        }

        var shown = Shown(problem);
        LogRefused(logger, clientId, shown);
        return $"The document at the client_id is refused: {shown}";
    }

    // Made in part of what a stranger wrote: it gets no further than error_description allows (RFC 6749 section 5.2), and is short.
    private static string Shown(string problem) =>
        string.Concat(problem.Take(MaxProblem).Select(character => character is >= ' ' and < (char)0x7f and not ('"' or '\\') ? character : '?'));

    [LoggerMessage(Level = LogLevel.Warning, Message = "The document of the client {ClientId} is refused: {Problem}")]
    private static partial void LogRefused(ILogger logger, string clientId, string problem);

    private sealed record Attempt(Task<string?> Problem, DateTimeOffset BegunAt);
}
