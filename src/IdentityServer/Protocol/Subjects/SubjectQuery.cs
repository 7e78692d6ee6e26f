using Microsoft.EntityFrameworkCore;
using OpenIddict.EntityFrameworkCore.Models;
using UserDomain.IdentityStore;
using UserDomain.IdentityStore.Users;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace UserDomain.IdentityServer.Protocol.Subjects;

/// <summary>What the gate wants to know.</summary>
/// <param name="UserId">The user.</param>
/// <param name="SessionId">The session the grant was made in; null for one that hangs on none.</param>
/// <param name="GrantId">The grant.</param>
/// <param name="Oldest">When a grant must have been made, to live.</param>
/// <param name="Token">The token that has to be looked for in the revocation log.</param>
/// <param name="Now">The time.</param>
internal sealed record SubjectQuestion(Guid UserId, Guid? SessionId, Guid GrantId, DateTime Oldest, RevocableToken Token, DateTimeOffset Now);

/// <summary>A user who wants a token, and how things stand.</summary>
internal sealed record Subject(User User, bool SessionIsOpen, bool GrantLives, bool IsRevoked, HashSet<Guid> Roles);

/// <summary>What the gate asks the store, in one question that is made once.</summary>
internal sealed class SubjectQuery
{
    private readonly Func<IdentityStoreContext, Guid, Guid?, Guid, DateTime, string[], DateTimeOffset, DateTimeOffset, IAsyncEnumerable<Row>> _rows = EF.CompileAsyncQuery(
        (IdentityStoreContext store, Guid userId, Guid? sessionId, Guid grantId, DateTime oldest, string[] names, DateTimeOffset issued, DateTimeOffset now) =>
            from user in store.Users.AsNoTracking()
            where user.Id == userId && user.DisabledAt == null
            join held in
                store.RoleAssignments.Where(own => own.UserId == userId).Select(own => new { UserId = userId, own.RoleId })
                    .Concat(
                        from member in store.GroupMembers
                        where member.UserId == userId
                        join ofGroup in store.RoleAssignments on member.GroupId equals ofGroup.GroupId
                        select new { member.UserId, ofGroup.RoleId })
                on user.Id equals held.UserId into roles
            from role in roles.DefaultIfEmpty()
            select new Row(
                user,
                sessionId == null || store.Sessions.Any(session => session.Id == sessionId && session.ClosedAt == null),
                store.Set<OpenIddictEntityFrameworkCoreAuthorization<Guid>>()
                    .Any(grant => grant.Id == grantId && grant.Status == Statuses.Valid && grant.CreationDate > oldest),
                store.Revocations.Any(row => names.Contains(row.Value) && row.IssuedBefore >= issued && row.ExpiresAt > now),
                role.RoleId));

    /// <summary>Reads a user who is enabled, with the roles they and their groups hold; null when there is none.</summary>
    public async Task<Subject?> FindAsync(IdentityStoreContext store, SubjectQuestion asked, CancellationToken cancellationToken)
    {
        Subject? subject = null;
        var rows = _rows(store, asked.UserId, asked.SessionId, asked.GrantId, asked.Oldest, asked.Token.Names, asked.Token.IssuedAt, asked.Now);
        await foreach (var row in rows.WithCancellation(cancellationToken))
        {
            subject ??= new(row.User, row.SessionIsOpen, row.GrantLives, row.IsRevoked, []);
            if (row.RoleId is { } role)
            {
                subject.Roles.Add(role);
            }
        }

        return subject;
    }

    // One for each role, and one when there is none.
    private sealed record Row(User User, bool SessionIsOpen, bool GrantLives, bool IsRevoked, Guid? RoleId);
}
