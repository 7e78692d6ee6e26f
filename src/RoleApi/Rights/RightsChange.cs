using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using UserDomain.Database;
using UserDomain.IdentityStore;
using UserDomain.IdentityStore.Roles;
using UserDomain.IdentityStore.Sessions;

namespace UserDomain.RoleApi.Rights;

/// <summary>A change to who may do what, from its begin to its commit; disposed without a commit it has not happened.</summary>
internal sealed class RightsChange(
    IdentityStoreContext store, Administrators administrators, SessionLimits limits, TimeProvider time, HttpContext http,
    RoleGraph graph, CallerRights caller, bool hadAdministrator, IDbContextTransaction? transaction) : IAsyncDisposable
{
    private readonly HashSet<Guid> _shortenedRoles = [];
    private readonly HashSet<Guid> _shortenedUsers = [];

    /// <summary>The roles as they were when the change began.</summary>
    public RoleGraph Graph => graph;

    /// <summary>What the caller may give, change and take away.</summary>
    public CallerRights Caller => caller;

    /// <summary>
    /// Refuses from now on the access tokens of everybody who holds one of the roles, or one that includes them: the permissions in
    /// the tokens are no longer true (REV-01). New tokens tell the new ones.
    /// </summary>
    public async Task RevokeHoldersAsync(IEnumerable<Guid> roles)
    {
        var affected = graph.Including(roles).ToList();
        var assignments = store.RoleAssignments.Where(assignment => affected.Contains(assignment.RoleId));
        await RevokeSubjectsAsync(assignments);
    }

    /// <summary>The same for the subjects of some assignments.</summary>
    public async Task RevokeSubjectsAsync(IQueryable<RoleAssignment> assignments)
    {
        var users = await assignments.Where(assignment => assignment.UserId != null).Select(assignment => assignment.UserId!.Value)
            .Union(assignments.Join(store.GroupMembers, assignment => assignment.GroupId, member => member.GroupId, (_, member) => member.UserId))
            .ToListAsync(http.RequestAborted);
        var clients = await assignments.Where(assignment => assignment.ClientId != null).Select(assignment => assignment.ClientId!)
            .Distinct().ToListAsync(http.RequestAborted);
        users.ForEach(RevokeUser);
        var now = time.GetStoredNow();
        store.Revocations.AddRange(clients.Select(client => Revocation.Of(RevocationKinds.Client, client, now)));
    }

    /// <summary>The same for one user.</summary>
    public void RevokeUser(Guid user) =>
        store.Revocations.Add(Revocation.Of(RevocationKinds.User, user.ToString(), time.GetStoredNow()));

    /// <summary>Has the commit shorten the open sessions of everybody who holds one of the roles, or one that includes them, to what these then say (SES-02).</summary>
    public void ShortenHolders(IEnumerable<Guid> roles) => _shortenedRoles.UnionWith(graph.Including(roles));

    /// <summary>The same for one user.</summary>
    public void ShortenUser(Guid user) => _shortenedUsers.Add(user);

    /// <summary>Saves and commits, unless that would leave the product without an administrator.</summary>
    /// <param name="duplicate">The refusal when the same name or assignment exists already.</param>
    /// <returns>Null when it has happened.</returns>
    public async Task<ProblemHttpResult?> CommitAsync(ProblemHttpResult? duplicate = null)
    {
        if (await store.TrySaveAsync(http, duplicate) is { } refusal)
        {
            return refusal;
        }

        if (hadAdministrator && !await administrators.ExistAsync(http.RequestAborted))
        {
            return Problems.LastAdministrator();
        }

        await ShortenAsync(http.RequestAborted);
        if (transaction is not null)
        {
            await transaction.CommitAsync(http.RequestAborted);
        }

        return null;
    }

    private async Task ShortenAsync(CancellationToken cancellationToken)
    {
        var now = time.GetStoredNow();
        foreach (var role in _shortenedRoles)
        {
            await limits.ShortenOfHoldersAsync(store, role, now, cancellationToken);
        }

        foreach (var user in _shortenedUsers)
        {
            await limits.ShortenOfUserAsync(store, user, now, cancellationToken);
        }
    }

    public ValueTask DisposeAsync() => transaction?.DisposeAsync() ?? ValueTask.CompletedTask;
}
