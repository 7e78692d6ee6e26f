using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using UserDomain.Contracts;
using UserDomain.Database;
using UserDomain.Events;
using UserDomain.IdentityStore;
using UserDomain.IdentityStore.OneTimeCodes;
using UserDomain.IdentityStore.Roles;
using UserDomain.ServiceDefaults.Authorization;
using UserDomain.ServiceDefaults.Hosting;
using UserDomain.ServiceDefaults.Lists;

namespace UserDomain.ProfileApi.Users;

internal static class UserActions
{
    private static readonly TimeSpan ResetTime = TimeSpan.FromMinutes(15);

    // Somebody new opens the link when they get to it; there is no account yet that it could take over.
    private static readonly TimeSpan InvitationTime = TimeSpan.FromHours(24);

    public static void MapUserActions(this IEndpointRouteBuilder routes)
    {
        var user = routes.MapGroup("/users/{id:guid}").WithTags("Users").RefuseStale();

        user.MapPost("/disable", Disable).RequireAccess(Scopes.UsersWrite);
        user.MapPost("/lock-down", LockDown).RequireAccess(Scopes.UsersWrite);
        user.MapPost("/enable", Enable).RequireAccess(Scopes.UsersWrite);
        user.MapPost("/password-reset", ResetPassword).RequireAccess(Scopes.UsersWrite);
    }

    private static async Task<Results<Ok<UserResponse>, ProblemHttpResult>> Disable(
        Guid id, HttpContext http, IdentityStoreContext store, Administrators administrators, TargetRules rules, UserAccess access, AuditRecorder audit,
        TimeProvider time, CancellationToken cancellationToken)
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

        if (user.DisabledAt is null)
        {
            var before = UserResponse.Of(user);
            user.DisabledAt = time.GetStoredNow();
            user.Touch(time.GetStoredNow());
            audit.Record(store, AuditEventTypes.UserDisabled, user.AsParty(), before, UserResponse.Of(user));
            await access.SuspendAsync(user, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }

        ETags.Set(http, user.Version);
        return TypedResults.Ok(UserResponse.Of(user));
    }

    private static async Task<Results<Ok<LockDownResponse>, ProblemHttpResult>> LockDown(
        Guid id, LockDownRequest? request, HttpContext http, IdentityStoreContext store, Administrators administrators, TargetRules rules, AccountLockDown lockDown,
        CancellationToken cancellationToken)
    {
        await using var transaction = await store.Database.BeginTransactionAsync(cancellationToken);
        await administrators.LockAsync(cancellationToken);
        if (await lockDown.FindAsync(id, cancellationToken) is not { } user)
        {
            return Problems.UserNotFound();
        }

        if ((ETags.Mismatch(http, user.Version) ?? await rules.RefuseEndAsync(http.User, user, cancellationToken)) is { } refusal)
        {
            return refusal;
        }

        var done = await lockDown.RunAsync(user, request?.Reason, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        ETags.Set(http, user.Version);
        return TypedResults.Ok(done);
    }

    private static async Task<Results<Ok<UserResponse>, ProblemHttpResult>> Enable(
        Guid id, HttpContext http, IdentityStoreContext store, TargetRules rules, AuditRecorder audit, TimeProvider time, CancellationToken cancellationToken)
    {
        if (await store.Users.FirstOrDefaultAsync(user => user.Id == id, cancellationToken) is not { } user)
        {
            return Problems.UserNotFound();
        }

        if ((ETags.Mismatch(http, user.Version) ?? await rules.RefuseAboveAsync(http.User, user, cancellationToken)) is { } refusal)
        {
            return refusal;
        }

        if (user.DisabledAt is not null)
        {
            var before = UserResponse.Of(user);
            user.DisabledAt = null;
            user.Touch(time.GetStoredNow());
            audit.Record(store, AuditEventTypes.UserEnabled, user.AsParty(), before, UserResponse.Of(user));
            await store.SaveChangesAsync(cancellationToken);
        }

        ETags.Set(http, user.Version);
        return TypedResults.Ok(UserResponse.Of(user));
    }

    private static async Task<Results<Ok<PasswordLinkResponse>, ProblemHttpResult>> ResetPassword(
        Guid id, HttpContext http, IdentityStoreContext store, TargetRules rules, OneTimeCodeStore codes, AuditRecorder audit, UserDomainSettings settings,
        CancellationToken cancellationToken)
    {
        await using var transaction = await store.Database.BeginTransactionAsync(cancellationToken);

        // One at a time for a user: of two links made at once only the newest may work (LOG-06).
        await store.Users.Where(user => user.Id == id)
            .ExecuteUpdateAsync(set => set.SetProperty(user => user.UpdatedAt, user => user.UpdatedAt), cancellationToken);
        if (await store.Users.AsNoTracking().FirstOrDefaultAsync(user => user.Id == id, cancellationToken) is not { } user)
        {
            return Problems.UserNotFound();
        }

        if (await rules.RefuseAboveAsync(http.User, user, cancellationToken) is { } refusal)
        {
            return refusal;
        }

        var lifetime = user.PasswordHash is null ? InvitationTime : ResetTime;
        var (code, expiresAt) = await codes.CreateAsync(OneTimeCodePurpose.SetPassword, user.Id, lifetime, cancellationToken);
        audit.Record(store, AuditEventTypes.UserPasswordLinkCreated, user.AsParty(), after: new { expiresAt });
        await store.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return TypedResults.Ok(new PasswordLinkResponse(new Uri(settings.PublicUrl, $"account/reset-password?code={code}"), expiresAt));
    }
}
