using Microsoft.EntityFrameworkCore;
using UserDomain.IdentityStore;
using UserDomain.IdentityStore.Sessions;

namespace UserDomain.SessionApi.Sessions;

internal static class SessionQueries
{
    /// <summary>Sessions with whose they are and the clients they were used for.</summary>
    public static async Task<List<SessionResponse>> ReadAsync(
        IdentityStoreContext store, IQueryable<Session> sessions, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var rows = await sessions.AsNoTracking()
            .Select(session => new
            {
                Session = session,
                UserName = store.Users.Where(user => user.Id == session.UserId).Select(user => user.UserName).FirstOrDefault(),
                Clients = session.Authorizations.Select(authorization => authorization.ClientId).ToList(),
            })
            .ToListAsync(cancellationToken);
        return [.. rows.Select(row => SessionResponse.Of(row.Session, row.UserName, row.Clients, now))];
    }
}
