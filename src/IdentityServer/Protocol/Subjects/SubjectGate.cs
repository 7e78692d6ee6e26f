using System.Security.Claims;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;
using OpenIddict.EntityFrameworkCore.Models;
using UserDomain.Contracts;
using UserDomain.IdentityStore;
using UserDomain.IdentityStore.Users;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace UserDomain.IdentityServer.Protocol.Subjects;

/// <summary>Decides, for every path that issues a token for a user, whether that user may still have it (TOK-13).</summary>
internal sealed class SubjectGate(IdentityStoreContext store, SubjectQuery query, TimeProvider time)
{
    private Subject? _passed;

    /// <returns>The user, or why not.</returns>
    public async Task<(User? User, string? Refusal)> CheckAsync(ClaimsPrincipal grant, CancellationToken cancellationToken)
    {
        if (!Guid.TryParse(grant.GetClaim(Claims.Subject), out var userId) || !Guid.TryParse(grant.GetAuthorizationId(), out var grantId))
        {
            return (null, "The grant is not one of a user.");
        }

        var sessionId = Guid.TryParse(grant.GetClaim(TokenClaims.SessionId), out var id) ? id : (Guid?)null;
        switch (await query.FindAsync(store, userId, sessionId, grantId, time.GetUtcNow().UtcDateTime - TokenLifetimes.Grant, cancellationToken))
        {
            case null:
                return (null, "The user cannot sign in any more.");
            case { SessionIsOpen: false }:
                return (null, "The session was closed.");
            case { GrantLives: false }:
                return (null, "The grant has ended; sign in again.");
            case var subject:
                _passed = subject;
                return (subject.User, null);
        }
    }

    /// <summary>The roles of the user this request has let through, their groups' among them.</summary>
    /// <exception cref="InvalidOperationException">The user was not let through: whoever makes a token for them has to ask first.</exception>
    public IReadOnlyCollection<Guid> RolesOf(Guid user) => _passed?.User.Id == user
        ? _passed.Roles
        : throw new InvalidOperationException("A token for a user must pass the subject gate.");
}

/// <summary>What the gate asks the store, in one question.</summary>
internal sealed class SubjectQuery
{
    private readonly Func<IdentityStoreContext, Guid, Guid?, Guid, DateTime, IAsyncEnumerable<Row>> _rows =
        EF.CompileAsyncQuery((IdentityStoreContext store, Guid userId, Guid? sessionId, Guid grantId, DateTime oldest) =>
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
                role.RoleId));

    /// <summary>Reads a user who is enabled, with the roles they and their groups hold; null when there is none.</summary>
    public async Task<Subject?> FindAsync(
        IdentityStoreContext store, Guid userId, Guid? sessionId, Guid grantId, DateTime oldest, CancellationToken cancellationToken)
    {
        Subject? subject = null;
        await foreach (var row in _rows(store, userId, sessionId, grantId, oldest).WithCancellation(cancellationToken))
        {
            subject ??= new(row.User, row.SessionIsOpen, row.GrantLives, []);
            if (row.RoleId is { } role)
            {
                subject.Roles.Add(role);
            }
        }

        return subject;
    }

    // One for each role, and one when there is none.
    private sealed record Row(User User, bool SessionIsOpen, bool GrantLives, Guid? RoleId);
}

/// <summary>A user who wants a token, and how things stand.</summary>
internal sealed record Subject(User User, bool SessionIsOpen, bool GrantLives, HashSet<Guid> Roles);
