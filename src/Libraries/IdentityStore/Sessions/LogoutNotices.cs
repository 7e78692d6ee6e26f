using Microsoft.EntityFrameworkCore;
using OpenIddict.EntityFrameworkCore.Models;

namespace UserDomain.IdentityStore.Sessions;

/// <summary>Notes which clients have to be told of sessions that are closed.</summary>
/// <param name="store">The store.</param>
public sealed class LogoutNotices(IdentityStoreContext store)
{
    /// <summary>The setting of a client that says where it is told (OpenID Connect Back-Channel Logout 1.0 section 2.2).</summary>
    public const string UriSetting = "backchannel_logout_uri";

    private const string QuotedSetting = $"\"{UriSetting}\"";

    /// <summary>Adds a notice for each client that took part in one of these sessions and wants to know; the caller saves.</summary>
    /// <param name="closed">Sessions that are being closed.</param>
    /// <param name="now">The current time.</param>
    /// <param name="cancellationToken">Ends the wait for the database.</param>
    public async Task AddAsync(IReadOnlyCollection<Session> closed, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (closed.Count == 0)
        {
            return;
        }

        var subjects = closed.ToDictionary(session => session.Id, session => session.UserId.ToString());
        var ids = subjects.Keys.ToList();
        var clients = store.Set<OpenIddictEntityFrameworkCoreApplication<Guid>>();

        // The settings are a JSON object, in whose texts a quotation mark is never without a backslash: this is the name of a member.
        var concerned = await store.SessionAuthorizations
            .Where(row => ids.Contains(row.SessionId) && clients.Any(client => client.ClientId == row.ClientId && client.Settings!.Contains(QuotedSetting)))
            .Select(row => new { row.SessionId, row.ClientId })
            .Distinct()
            .ToListAsync(cancellationToken);
        store.LogoutNotices.AddRange(concerned.Select(row => new LogoutNotice
        {
            Id = Guid.CreateVersion7(now),
            ClientId = row.ClientId,
            SessionId = row.SessionId,
            Subject = subjects[row.SessionId],
            CreatedAt = now,
            NextAttemptAt = now,
        }));
    }
}
