using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using UserDomain.ServiceDefaults.Authorization;
using UserDomain.ServiceDefaults.Errors;
using UserDomain.ServiceDefaults.Hosting;

namespace UserDomain.Database.Idempotency;

/// <summary>Makes a create safe to repeat (API-03): the record of its key is written in the transaction of the create itself.</summary>
public static class IdempotencyFilter
{
    private const int MaxKeyLength = 200;

    /// <summary>Honours <c>Idempotency-Key</c> on an endpoint whose first argument of type <typeparamref name="TRequest"/> is its body.</summary>
    public static RouteHandlerBuilder WithIdempotency<TContext, TRequest>(this RouteHandlerBuilder route)
        where TContext : DbContext
        where TRequest : class =>
        route.WithIdempotency<TContext>(context => JsonSerializer.Serialize(context.Arguments.OfType<TRequest>().First(), ApiJson.Options));

    /// <summary>The same on an endpoint that takes no body.</summary>
    public static RouteHandlerBuilder WithIdempotency<TContext>(this RouteHandlerBuilder route)
        where TContext : DbContext => route.WithIdempotency<TContext>(_ => "");

    private static RouteHandlerBuilder WithIdempotency<TContext>(this RouteHandlerBuilder route, Func<EndpointFilterInvocationContext, string> bodyOf)
        where TContext : DbContext => route.AddEndpointFilter(async (context, next) =>
        {
            var http = context.HttpContext;
            var header = http.Request.Headers[RequestHeaders.IdempotencyKey];
            if (header.Count == 0)
            {
                return await next(context);
            }

            if (header.Count > 1 || header[0] is not { Length: > 0 and <= MaxKeyLength } key)
            {
                return Problem.Invalid(RequestHeaders.IdempotencyKey, $"Send one {RequestHeaders.IdempotencyKey} of at most {MaxKeyLength} characters, such as a UUID.");
            }

            var keyHash = Hash(Caller.Of(http.User).Subject, http.Request.Path, key);
            var requestHash = Hash(bodyOf(context));
            var store = http.RequestServices.GetRequiredService<TContext>();
            var cancellationToken = http.RequestAborted;
            if (await FindAsync(store, keyHash, cancellationToken) is { } known)
            {
                return Replay(http, known, requestHash);
            }

            await using var transaction = await store.Database.BeginTransactionAsync(cancellationToken);
            var answer = await next(context);
            if (!Succeeded(answer))
            {
                // The refusal may be that the name is taken: by the same request, sent twice at once, that was first.
                await transaction.RollbackAsync(cancellationToken);
                store.ChangeTracker.Clear();
                return await FindAsync(store, keyHash, cancellationToken) is { } first ? Replay(http, first, requestHash) : answer;
            }

            store.Add(Record(http, answer, keyHash, requestHash));
            try
            {
                await store.SaveChangesAsync(cancellationToken);
                await transaction.CommitAsync(cancellationToken);
                return answer;
            }
            catch (DbUpdateException)
            {
                // Two requests with one key ran at once and the other one was first: ours is rolled back and answers the same.
                await transaction.RollbackAsync(CancellationToken.None);
                store.ChangeTracker.Clear();
                return Replay(http, await FindAsync(store, keyHash, cancellationToken), requestHash);
            }
        });

    private static Task<IdempotencyRecord?> FindAsync(DbContext store, byte[] keyHash, CancellationToken cancellationToken) =>
        store.Set<IdempotencyRecord>().AsNoTracking().FirstOrDefaultAsync(record => record.KeyHash == keyHash, cancellationToken);

    private static IResult Replay(HttpContext http, IdempotencyRecord? record, byte[] requestHash)
    {
        if (record is null)
        {
            return Problem.Create(StatusCodes.Status409Conflict, "request-in-progress", "Still in progress", "A request with this Idempotency-Key has not ended yet: try again.");
        }

        if (!record.RequestHash.AsSpan().SequenceEqual(requestHash))
        {
            return Problem.Create(StatusCodes.Status422UnprocessableEntity, "idempotency-key-reused", "Key used before",
                "This Idempotency-Key was sent with another body: make a new key for each new request.");
        }

        http.Response.Headers.Location = record.Location;
        http.Response.Headers.ETag = record.ETag;
        return TypedResults.Text(record.Body, "application/json", Encoding.UTF8, record.Status);
    }

    private static bool Succeeded(object? answer) =>
        Inner(answer) is IStatusCodeHttpResult { StatusCode: >= 200 and < 300 };

    private static object? Inner(object? answer) => answer is INestedHttpResult nested ? nested.Result : answer;

    private static IdempotencyRecord Record(HttpContext http, object? answer, byte[] keyHash, byte[] requestHash) => new()
    {
        KeyHash = keyHash,
        RequestHash = requestHash,
        Status = (Inner(answer) as IStatusCodeHttpResult)?.StatusCode ?? StatusCodes.Status200OK,
        Body = JsonSerializer.Serialize(Kept((Inner(answer) as IValueHttpResult)?.Value), ApiJson.Options),
        Location = Inner(answer)?.GetType().GetProperty(nameof(Created.Location))?.GetValue(Inner(answer)) as string,
        ETag = http.Response.Headers.ETag,
        CreatedAt = http.RequestServices.GetRequiredService<TimeProvider>().GetStoredNow(),
    };

    private static object? Kept(object? value) => value is IShownOnce secret ? secret.ForLater() : value;

    private static byte[] Hash(params string[] parts) => SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', parts)));
}
