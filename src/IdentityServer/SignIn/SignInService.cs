using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using UserDomain.Contracts;
using UserDomain.Database;
using UserDomain.Events;
using UserDomain.IdentityServer.SignIn.Passwords;
using UserDomain.IdentityStore;
using UserDomain.IdentityStore.Sessions;
using UserDomain.IdentityStore.Users;

namespace UserDomain.IdentityServer.SignIn;

/// <summary>How an attempt to sign in ended.</summary>
internal enum SignInOutcome
{
    /// <summary>The browser is signed in.</summary>
    SignedIn,

    /// <summary>Name and password do not fit, or the user may not sign in: nobody learns which (LOG-05).</summary>
    Refused,

    /// <summary>Too many passwords are being checked; try again shortly.</summary>
    Busy,
}

/// <summary>Signs people in by password.</summary>
internal sealed class SignInService(
    IdentityStoreContext store, PasswordHasher hasher, HashingGate gate, SessionOpener opener, SessionCloser closer, AuditRecorder audit, TimeProvider time)
{
    private static readonly string[] PasswordMethod = ["pwd"];

    /// <summary>Checks name and password and, if they fit, opens a session and sets its cookie.</summary>
    /// <param name="context">The request, whose answer carries the cookie.</param>
    /// <param name="name">User name or e-mail address.</param>
    /// <param name="password">As typed.</param>
    /// <param name="clientId">The application the person is on the way to.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public async Task<SignInOutcome> SignInAsync(HttpContext context, string name, string password, string? clientId, CancellationToken cancellationToken)
    {
        var user = await FindAsync(name, cancellationToken);
        var known = user?.PasswordHash;
        var checkedOnce = await gate.RunAsync(() => hasher.Verify(known, password), cancellationToken);
        if (!checkedOnce.TryGet(out var check))
        {
            return SignInOutcome.Busy;
        }

        if (user is null || check == PasswordCheck.Wrong || user.DisabledAt is not null)
        {
            return await RefuseAsync(user, clientId, cancellationToken);
        }

        var renewed = check == PasswordCheck.CorrectButOutdated && (await gate.RunAsync(() => hasher.Hash(password), cancellationToken)).TryGet(out var hash) ? hash : known;
        await using var transaction = await store.Database.BeginTransactionAsync(cancellationToken);
        if (!await store.Users.Where(row => row.Id == user.Id && row.DisabledAt == null && row.PasswordHash == known).LockAsync(cancellationToken))
        {
            return await RefuseAsync(user, clientId, cancellationToken, transaction);
        }

        user.PasswordHash = renewed;
        var (session, handle) = await OpenAsync(context, user, clientId, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        await SessionCookie.SignInAsync(context, session, user, handle);
        return SignInOutcome.SignedIn;
    }

    // What was typed is not recorded: people type passwords into the wrong field.
    private async Task<SignInOutcome> RefuseAsync(User? user, string? clientId, CancellationToken cancellationToken, IDbContextTransaction? transaction = null)
    {
        audit.Record(store, AuditEventTypes.SignInFailed, user?.AsParty() ?? new AuditParty("user", AuditParty.UnknownId), origin: new(null, clientId), succeeded: false);
        await store.SaveChangesAsync(cancellationToken);
        await (transaction?.CommitAsync(cancellationToken) ?? Task.CompletedTask);
        return SignInOutcome.Refused;
    }

    private async Task<User?> FindAsync(string name, CancellationToken cancellationToken)
    {
        var normalized = LookupNames.TryNormalize(name);
        return normalized is null
            ? null
            : await store.Users.FirstOrDefaultAsync(user => user.NormalizedUserName == normalized, cancellationToken)
                ?? await store.Users.FirstOrDefaultAsync(user => user.NormalizedEmail == normalized, cancellationToken);
    }

    // The same person goes on in the same session, so that what hangs on it lives on; the handle is new in any case (SES-01).
    private async Task<(Session Session, string Handle)> OpenAsync(HttpContext context, User user, string? clientId, CancellationToken cancellationToken)
    {
        var (handle, hash) = SessionCookie.CreateHandle();
        var current = await CurrentSession.OfAsync(context);
        Session session;
        if (current?.UserId == user.Id)
        {
            session = await store.Sessions.SingleAsync(row => row.Id == current.Id, cancellationToken);
            session.HandleHash = hash;
            session.AuthenticatedAt = time.GetStoredNow();
            audit.Record(store, AuditEventTypes.SessionRenewed, session.AsParty(), origin: current.AsOrigin(clientId));
        }
        else
        {
            if (current is not null)
            {
                await closer.CloseAsync(rows => rows.Where(row => row.Id == current.Id), SessionCloseReasons.Replaced, current.AsOrigin(), cancellationToken);
            }

            session = await opener.OpenAsync(
                user, hash, PasswordMethod, context.Connection.RemoteIpAddress?.ToString(), context.Request.Headers.UserAgent, clientId, byUser: true, cancellationToken);
        }

        await store.SaveChangesAsync(cancellationToken);
        return (session, handle);
    }
}
