using Microsoft.EntityFrameworkCore;
using UserDomain.Contracts;
using UserDomain.Database;
using UserDomain.Events;
using UserDomain.IdentityServer.SignIn.Passwords;
using UserDomain.IdentityStore;
using UserDomain.IdentityStore.OneTimeCodes;
using UserDomain.IdentityStore.Sessions;
using UserDomain.IdentityStore.Users;

namespace UserDomain.IdentityServer.SignIn;

/// <summary>How an attempt to set a password ended.</summary>
/// <param name="IsSet">Whether the password is set.</param>
/// <param name="Problems">What is wrong with the password.</param>
/// <param name="LinkEnded">Whether the link was used, has expired, or was never made.</param>
/// <param name="Busy">Whether too many passwords are being hashed.</param>
internal sealed record PasswordSetOutcome(bool IsSet, IReadOnlyList<PasswordProblem> Problems, bool LinkEnded = false, bool Busy = false);

/// <summary>Sets a password by a one-time link (LOG-06): all sessions end, and nobody is signed in by it.</summary>
internal sealed class PasswordSetter(
    IdentityStoreContext store, OneTimeCodeStore codes, PasswordHasher hasher, HashingGate gate, SessionCloser closer, AuditRecorder audit, TimeProvider time)
{
    /// <summary>The user a link is for, or null if it does not work any more.</summary>
    public async Task<User?> FindUserAsync(string code, CancellationToken cancellationToken) =>
        await codes.PeekAsync(OneTimeCodePurpose.SetPassword, code, cancellationToken) is { } id
            ? await store.Users.FirstOrDefaultAsync(user => user.Id == id && user.DisabledAt == null, cancellationToken)
            : null;

    /// <summary>Sets the password and uses the link up, both or neither.</summary>
    public async Task<PasswordSetOutcome> SetAsync(string code, string password, CancellationToken cancellationToken)
    {
        if (await FindUserAsync(code, cancellationToken) is not { } user)
        {
            return new(false, [], LinkEnded: true);
        }

        if (PasswordPolicy.Check(password, new(user.UserName, user.Email, HasSecondFactor: false)) is { Count: > 0 } problems)
        {
            return new(false, problems);
        }

        if (!(await gate.RunAsync(() => hasher.Hash(password), cancellationToken)).TryGet(out var hash))
        {
            return new(false, [], Busy: true);
        }

        await using var transaction = await store.Database.BeginTransactionAsync(cancellationToken);
        if (!await store.Users.Where(row => row.Id == user.Id && row.DisabledAt == null).LockAsync(cancellationToken)
            || !await codes.TakeAsync(OneTimeCodePurpose.SetPassword, code, cancellationToken))
        {
            return new(false, [], LinkEnded: true);
        }

        user.PasswordHash = hash;
        user.Touch(time.GetStoredNow());
        audit.Record(store, AuditEventTypes.UserPasswordSet, user.AsParty(), origin: AuditOrigin.OfUser(user.Id, user.UserName));
        await closer.CloseAsync(rows => rows.Where(row => row.UserId == user.Id), SessionCloseReasons.PasswordChanged, AuditOrigin.OfUser(user.Id, user.UserName), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new(true, []);
    }
}
