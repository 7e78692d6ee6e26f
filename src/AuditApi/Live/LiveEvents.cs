using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using UserDomain.AuditApi.AuditEvents;
using UserDomain.AuditApi.Reading;
using UserDomain.AuditApi.Search;
using UserDomain.AuditApi.Subjects;
using UserDomain.Contracts;
using UserDomain.ServiceDefaults.Authorization;
using UserDomain.ServiceDefaults.Live;

namespace UserDomain.AuditApi.Live;

internal static class LiveEvents
{
    private const int Most = 200;

    public static void MapLiveEvents(this IEndpointRouteBuilder events) => events.MapGet("/live", FollowAsync).RequireAccess(Scopes.AuditRead)
        .WithDescription("A WebSocket (RFC 6455): a text message, an AuditEventResponse in JSON, for each event that is appended, or for those a filter names. With after it begins behind a sequence; without, with what comes. It ends with its access token.");

    private static async Task<Results<EmptyHttpResult, ProblemHttpResult>> FollowAsync(
        [AsParameters] AuditEventFilter filter, [Range(0, long.MaxValue)] long? after, HttpContext http, LiveFeed feed, TrailEnd trail, ReadingLog readings, IServiceScopeFactory scopes, CancellationToken cancellationToken)
    {
        if (AuditSearch.Refuse(filter) is { } wrong)
        {
            return wrong;
        }

        if (http.WebSockets.IsWebSocketRequest)
        {
            await readings.NoteFeedAsync(filter, after, cancellationToken);
        }

        var place = after ?? await trail.GetAsync(cancellationToken);
        return await feed.TellAsync<AuditEventResponse>(http, async end =>
        {
            if (await trail.GetAsync(end) is var last && last <= place)
            {
                return [];
            }

            await using var scope = scopes.CreateAsyncScope();
            var found = await scope.ServiceProvider.GetRequiredService<AuditSearch>().FindAfterAsync(filter, place, last, Most, end);
            place = found.Count == Most ? found[^1].Sequence : last;
            return await scope.ServiceProvider.GetRequiredService<EventReader>().OpenAsync(found, end);
        });
    }
}
