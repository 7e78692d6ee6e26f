using Microsoft.AspNetCore.Http.HttpResults;
using UserDomain.Contracts;
using UserDomain.ServiceDefaults.Authorization;
using UserDomain.ServiceDefaults.Live;
using UserDomain.SessionApi.Sessions;

namespace UserDomain.SessionApi.Live;

/// <summary>What a live feed tells of a session.</summary>
/// <param name="Change">What happened to it.</param>
/// <param name="Session">The session as it is then.</param>
public sealed record SessionChange(SessionChangeKind Change, SessionResponse Session);

/// <summary>What happens to sessions.</summary>
public enum SessionChangeKind
{
    /// <summary>Somebody signed in, or a service opened it.</summary>
    Opened,

    /// <summary>It was closed. One that comes to its end by itself is not told of: <see cref="SessionResponse.ExpiresAt"/> says when.</summary>
    Closed,
}

internal static class LiveSessions
{
    public static void MapLiveSessions(this IEndpointRouteBuilder routes) => routes.MapGet("/sessions/live", FollowAsync).WithTags("Sessions").RequireAccess(Scopes.SessionsRead)
        .WithDescription("A WebSocket (RFC 6455): a text message, a SessionChange in JSON, for each session that is opened or closed from now on. It ends with its access token. Who connects first and then lists the sessions misses nothing.");

    private static async Task<Results<EmptyHttpResult, ProblemHttpResult>> FollowAsync(Guid? user, HttpContext http, LiveFeed feed, SessionWatch watch, CancellationToken cancellationToken)
    {
        var place = await watch.BeginAsync(cancellationToken);
        return await feed.TellAsync<SessionChange>(http, async end =>
        {
            (var changes, place) = await watch.AfterAsync(place, end);
            return [.. changes.Where(change => user is null || change.Session.User.Id == user)];
        });
    }
}
