using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using UserDomain.Contracts;
using UserDomain.Database;
using UserDomain.Database.Idempotency;
using UserDomain.Events;
using UserDomain.IdentityStore;
using UserDomain.IdentityStore.Roles;
using UserDomain.ServiceDefaults.Authorization;
using UserDomain.ServiceDefaults.Lists;
using UserDomain.ServiceDefaults.Validation;

namespace UserDomain.ProfileApi.Users;

internal static class UserEndpoints
{
    private const int MaxQueryLength = 256;

    public static void MapUsers(this IEndpointRouteBuilder routes)
    {
        var users = routes.MapGroup("/users").WithTags("Users").RefuseStale();

        users.MapGet("/", List).RequireAccess(Scopes.UsersRead);
        users.MapPost("/", Create).RequireAccess(Scopes.UsersWrite).WithIdempotency<IdentityStoreContext, CreateUserRequest>();
        users.MapGet("/{id:guid}", Get).RequireAccess(Scopes.UsersRead);
        users.MapPatch("/{id:guid}", Update).RequireAccess(Scopes.UsersWrite);
        users.MapDelete("/{id:guid}", Delete).RequireAccess(Scopes.UsersWrite);
    }

    private static async Task<Results<Ok<Page<UserResponse>>, ProblemHttpResult>> List(
        [StringLength(MaxQueryLength), PlainText] string? query, [AsParameters] PageQuery page,
        IdentityStoreContext store, CursorCodec cursors, CancellationToken cancellationToken)
    {
        var list = $"users?query={query}";
        if (cursors.Refuse(list, page, SearchPosition.Parts, out var after) is { } refusal)
        {
            return refusal;
        }

        var search = new UserSearch(query);
        var found = await search.ReadAsync(store.Users, page.Size + 1, SearchPosition.Of(after), cancellationToken);
        return TypedResults.Ok(Page.Of(found, page.Size, user => cursors.Encode(list, search.PositionOf(user).ToParts())));
    }

    private static async Task<Results<Created<UserResponse>, ProblemHttpResult>> Create(
        CreateUserRequest request, HttpContext http, IdentityStoreContext store, ILookupNormalizer normalizer, AuditRecorder audit, TimeProvider time,
        CancellationToken cancellationToken)
    {
        var user = request.ToUser(normalizer, time.GetStoredNow());
        store.Users.Add(user);
        audit.Record(store, AuditEventTypes.UserCreated, user.AsParty(), after: UserResponse.Of(user));
        if (await store.SaveUniqueAsync(user, cancellationToken) is { } taken)
        {
            return taken;
        }

        ETags.Set(http, user.Version);
        return TypedResults.Created($"/api/v1/users/{user.Id}", UserResponse.Of(user));
    }

    private static async Task<Results<Ok<UserResponse>, ProblemHttpResult>> Get(
        Guid id, HttpContext http, IdentityStoreContext store, CancellationToken cancellationToken)
    {
        if (await store.Users.Where(user => user.Id == id).Select(UserResponse.Projection).FirstOrDefaultAsync(cancellationToken) is not { } user)
        {
            return Problems.UserNotFound();
        }

        ETags.Set(http, user.Version);
        return TypedResults.Ok(user);
    }

    private static async Task<Results<Ok<UserResponse>, ProblemHttpResult>> Update(
        Guid id, UpdateUserRequest request, HttpContext http, IdentityStoreContext store, TargetRules rules, UserUpdate update, CancellationToken cancellationToken)
    {
        await using var transaction = await store.Database.BeginTransactionAsync(cancellationToken);
        if (await store.Users.FirstOrDefaultAsync(user => user.Id == id, cancellationToken) is not { } user)
        {
            return Problems.UserNotFound();
        }

        // Who may change the name or the address somebody signs in by can take that person's place.
        var signIn = (request.UserName ?? user.UserName, request.Email ?? user.Email) != (user.UserName, user.Email);
        if ((ETags.Mismatch(http, user.Version) ?? (signIn ? await rules.RefuseAboveAsync(http.User, user, cancellationToken) : null)) is { } refusal)
        {
            return refusal;
        }

        if (await update.ApplyAsync(user, request, cancellationToken) is { } taken)
        {
            return taken;
        }

        await transaction.CommitAsync(cancellationToken);
        ETags.Set(http, user.Version);
        return TypedResults.Ok(UserResponse.Of(user));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Delete(
        Guid id, HttpContext http, IdentityStoreContext store, Administrators administrators, TargetRules rules, UserAccess access, AuditRecorder audit,
        CancellationToken cancellationToken)
    {
        await using var transaction = await store.Database.BeginTransactionAsync(cancellationToken);
        await administrators.LockAsync(cancellationToken);
        if (await store.Users.FirstOrDefaultAsync(user => user.Id == id, cancellationToken) is not { } user)
        {
            return Problems.UserNotFound();
        }

        if ((ETags.Mismatch(http, user.Version) ?? await rules.RefuseEndAsync(http.User, user, cancellationToken)) is { } refusal)
        {
            return refusal;
        }

        audit.Record(store, AuditEventTypes.UserDeleted, user.AsParty(), before: UserResponse.Of(user));
        await access.RemoveAsync(user, cancellationToken);
        store.Users.Remove(user);
        await store.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return TypedResults.NoContent();
    }
}
