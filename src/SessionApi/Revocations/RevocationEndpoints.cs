using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using UserDomain.Contracts;
using UserDomain.ServiceDefaults.Authorization;
using UserDomain.ServiceDefaults.Lists;

namespace UserDomain.SessionApi.Revocations;

internal static class RevocationEndpoints
{
    private const string LastEventId = "Last-Event-ID";
    private const int DefaultLimit = 50;

    public static void MapRevocations(this IEndpointRouteBuilder routes)
    {
        var revocations = routes.MapGroup("/revocations").WithTags("Revocations");

        revocations.MapGet("/", List).RequireAccess(Scopes.RevocationsRead);
        revocations.MapGet("/stream", Stream).RequireAccess(Scopes.RevocationsRead);
    }

    private static async Task<Ok<RevocationPage>> List(
        [Range(0, long.MaxValue)] long? after, [Range(1, PageQuery.Max)] int? limit, RevocationLog log, CancellationToken cancellationToken) =>
        TypedResults.Ok(await log.ReadAsync(after ?? 0, limit ?? DefaultLimit, cancellationToken));

    // A browser that lost its connection names the last event it has got; whoever asks anew says so in the address.
    private static Results<ServerSentEventsResult<RevocationPage>, ProblemHttpResult> Stream(
        [Range(0, long.MaxValue)] long? after, [FromHeader(Name = LastEventId)] string? last,
        RevocationLog log, RevocationWatch watch, StandingAccess access, HttpContext http) =>
        string.IsNullOrEmpty(last)
            ? TypedResults.ServerSentEvents(Follow(after ?? 0, log, watch, access, http))
            : long.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? TypedResults.ServerSentEvents(Follow(number, log, watch, access, http))
                : Problems.UnknownEvent();

    private static async IAsyncEnumerable<SseItem<RevocationPage>> Follow(
        long settled, RevocationLog log, RevocationWatch watch, StandingAccess access, HttpContext http, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var end = access.EndOf(http);
        using var listening = watch.Listen();
        var (seen, now) = (-1L, watch.Changes);
        while (true)
        {
            if (seen != now)
            {
                seen = now;
                await foreach (var page in log.ReadAllAsync(settled, cancellationToken))
                {
                    yield return Item(page);
                    settled = page.NextCursor is null ? page.Settled : settled;
                }
            }
            else
            {
                yield return Item(new([], null, settled));
            }

            // What ends the token of a follower it is told before: it needs another one, and who signs with what was compromised is refused meanwhile.
            if (!access.Holds(http) && watch.Changes == seen)
            {
                yield break;
            }

            try
            {
                now = await watch.NextAsync(seen, end.Token);
            }
            catch (OperationCanceledException) when (end.IsCancellationRequested)
            {
                yield break;
            }
        }
    }

    // Only a last page has an id: who lost the connection in the middle of several gets all of them again.
    private static SseItem<RevocationPage> Item(RevocationPage page) =>
        new(page) { EventId = page.NextCursor is null ? page.Settled.ToString(CultureInfo.InvariantCulture) : null };
}
