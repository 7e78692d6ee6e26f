using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using UserDomain.Contracts;
using UserDomain.Database;
using UserDomain.Database.Idempotency;
using UserDomain.IdentityStore;
using UserDomain.IdentityStore.Sessions;
using UserDomain.IdentityStore.Users;
using UserDomain.ServiceDefaults.Authorization;
using UserDomain.ServiceDefaults.Lists;

namespace UserDomain.SessionApi.Sessions;

internal static class SessionEndpoints
{
    // A service vouches for the user; this server has seen no proof, and says so in the words of RFC 8176's field.
    private static readonly string[] Methods = ["external"];

    public static void MapSessions(this IEndpointRouteBuilder routes)
    {
        var sessions = routes.MapGroup("/sessions").WithTags("Sessions");

        sessions.MapGet("/", List).RequireAccess(Scopes.SessionsRead);
        sessions.MapPost("/", Create).WithIdempotency<IdentityStoreContext, CreateSessionRequest>().RequireAccess(Scopes.SessionsWrite);
        sessions.MapDelete("/", CloseAll).RequireAccess(Scopes.SessionsWrite);
        sessions.MapGet("/{id:guid}", Get).RequireAccess(Scopes.SessionsRead);
        sessions.MapDelete("/{id:guid}", Close).RequireAccess(Scopes.SessionsWrite);
    }

    private static async Task<Results<Ok<Page<SessionResponse>>, ProblemHttpResult>> List(
        Guid? user, [AllowedValues(null, "open", "closed", "expired")] string? state, [AsParameters] PageQuery page,
        IdentityStoreContext store, CursorCodec cursors, TimeProvider time, CancellationToken cancellationToken)
    {
        var list = $"sessions?user={user}&state={state}";
        if (cursors.Refuse(list, page, out var cursor) is { } refusal)
        {
            return refusal;
        }

        var now = time.GetStoredNow();
        Guid? before = cursor is null ? null : Guid.Parse(cursor);
        var sessions = store.Sessions.Where(session => (user == null || session.UserId == user) && (before == null || session.Id.CompareTo(before.Value) < 0));
        if (state is not null)
        {
            sessions = sessions.Where(SessionResponse.Is(Enum.Parse<SessionState>(state, ignoreCase: true), now));
        }

        var items = await SessionQueries.ReadAsync(store, sessions.OrderByDescending(session => session.Id).Take(page.Size + 1), now, cancellationToken);
        return TypedResults.Ok(Page.Of(items, page.Size, session => cursors.Encode(list, session.Id.ToString())));
    }

    private static async Task<Results<Created<SessionResponse>, ProblemHttpResult>> Create(
        CreateSessionRequest request, IdentityStoreContext store, SessionOpener opener, TimeProvider time, CancellationToken cancellationToken)
    {
        if (request.Address is not null && !IsAddress(request.Address))
        {
            return Problems.InvalidAddress();
        }

        await using var transaction = store.Database.CurrentTransaction is null ? await store.Database.BeginTransactionAsync(cancellationToken) : null;
        var id = request.UserId!.Value;
        if (await FindLockedAsync(store, id, cancellationToken) is not { } user)
        {
            return Problems.UnknownUser(id);
        }

        if (user.DisabledAt is not null)
        {
            return Problems.UserDisabled(id);
        }

        var session = await opener.OpenAsync(user, handleHash: null, Methods, request.Address, request.UserAgent, clientId: null, byUser: false, cancellationToken);
        await store.SaveChangesAsync(cancellationToken);
        if (transaction is not null)
        {
            await transaction.CommitAsync(cancellationToken);
        }

        return TypedResults.Created($"/api/v1/sessions/{session.Id}", SessionResponse.Of(session, user.UserName, [], time.GetStoredNow()));
    }

    private static async Task<Ok<CloseSessionsResponse>> CloseAll(Guid user, SessionCloser closer, CancellationToken cancellationToken) =>
        TypedResults.Ok(new CloseSessionsResponse(await closer.CloseAsync(
            sessions => sessions.Where(session => session.UserId == user), SessionCloseReasons.ClosedByAdministrator, origin: null, cancellationToken)));

    private static async Task<Results<Ok<SessionResponse>, ProblemHttpResult>> Get(
        Guid id, IdentityStoreContext store, TimeProvider time, CancellationToken cancellationToken) =>
        await SessionQueries.ReadAsync(store, store.Sessions.Where(session => session.Id == id), time.GetStoredNow(), cancellationToken) is [var session]
            ? TypedResults.Ok(session)
            : Problems.SessionNotFound();

    private static async Task<Results<NoContent, ProblemHttpResult>> Close(
        Guid id, IdentityStoreContext store, SessionCloser closer, CancellationToken cancellationToken)
    {
        if (!await store.Sessions.AnyAsync(session => session.Id == id, cancellationToken))
        {
            return Problems.SessionNotFound();
        }

        // An expired one as well: refresh tokens given in it may outlive it. One that is closed already stays as it is.
        await closer.CloseAsync(
            sessions => sessions.Where(session => session.Id == id), SessionCloseReasons.ClosedByAdministrator, origin: null, cancellationToken);
        return TypedResults.NoContent();
    }

    // .NET also reads ports, zones of any text, and IPv4 in the short and octal forms that others take for another address.
    private static bool IsAddress(string text) => IPAddress.TryParse(text, out var address)
        && (address.AddressFamily == AddressFamily.InterNetwork ? address.ToString() == text : text.All(letter => char.IsAsciiHexDigit(letter) || letter is ':' or '.'));

    // Locked, so that disabling the user at the same time either prevents the session or finds it to close.
    private static async Task<User?> FindLockedAsync(IdentityStoreContext store, Guid id, CancellationToken cancellationToken)
    {
        var found = store.Users.Where(user => user.Id == id);
        await found.LockAsync(cancellationToken);
        return await found.AsNoTracking().FirstOrDefaultAsync(cancellationToken);
    }
}
