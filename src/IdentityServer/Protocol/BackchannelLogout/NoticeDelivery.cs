using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.Tokens;
using UserDomain.IdentityServer.Clients;
using UserDomain.IdentityStore;
using ClientEntity = OpenIddict.EntityFrameworkCore.Models.OpenIddictEntityFrameworkCoreApplication<System.Guid>;

namespace UserDomain.IdentityServer.Protocol.BackchannelLogout;

/// <summary>Tells one client of a few sessions at once.</summary>
internal sealed partial class NoticeDelivery(IdentityStoreContext store, NoticeQueue queue, LogoutSender sender, ILogger<NoticeDelivery> logger)
{
    /// <summary>How many at once: as many as there are connections to one host.</summary>
    public const int BatchSize = 4;

    /// <summary>Sends what is due for a client. Once it has been claimed nothing interrupts it: it takes no longer than one attempt.</summary>
    /// <returns>Whether more may be due that the client would take.</returns>
    public async Task<bool> DeliverAsync(string clientId, CancellationToken cancellationToken)
    {
        if (await queue.ClaimAsync(clientId, BatchSize, cancellationToken) is not { Count: > 0 } batch)
        {
            return false;
        }

        var client = await store.Set<ClientEntity>().AsNoTracking().FirstOrDefaultAsync(row => row.ClientId == clientId, CancellationToken.None);
        if (ReceiverOf(client) is not { } receiver)
        {
            await queue.DeleteAsync(batch);
            return true;
        }

        var reasons = await Task.WhenAll(batch.Select(notice => sender.SendAsync(receiver, notice)));
        if (batch.Where((_, index) => reasons[index] is null).ToList() is { Count: > 0 } told)
        {
            await queue.DeleteAsync(told);
        }

        foreach (var (notice, reason) in batch.Zip(reasons).Where(pair => pair.Second is not null))
        {
            if (notice.Attempts == 0)
            {
                LogNotTold(clientId, notice.SessionId, reason!);
            }

            if (await queue.FailAsync(notice, new("client", clientId, receiver.DisplayName), reason!))
            {
                LogGivenUp(clientId, notice.SessionId, reason!);
            }
        }

        return batch.Count == BatchSize && reasons.Any(reason => reason is null);
    }

    // As it is in the store: a snapshot may be of a client that has just been disabled.
    private static LogoutReceiver? ReceiverOf(ClientEntity? client) =>
        client is not null && ClientRecord.Of(client).DisabledAt is null
        && ClientStore.SettingsOf(client) is var settings && settings.TryGetValue(ClientSettings.BackchannelLogoutUri, out var uri)
            ? new(client.DisplayName, new(uri), settings.GetValueOrDefault(ClientSettings.IdTokenAlgorithm, SecurityAlgorithms.RsaSha256))
            : null;

    [LoggerMessage(Level = LogLevel.Warning, Message = "The client {ClientId} could not be told that session {SessionId} was closed; it is tried again: {Reason}")]
    private partial void LogNotTold(string clientId, Guid sessionId, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "The client {ClientId} was never told that session {SessionId} was closed; it is given up: {Reason}")]
    private partial void LogGivenUp(string clientId, Guid sessionId, string reason);
}
