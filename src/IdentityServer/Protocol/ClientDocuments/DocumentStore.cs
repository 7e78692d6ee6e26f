using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;
using UserDomain.Contracts;
using UserDomain.Database;
using UserDomain.Events;
using UserDomain.IdentityServer.ClientApi;
using UserDomain.IdentityServer.Clients;
using UserDomain.IdentityServer.Protocol.Registration;
using UserDomain.IdentityStore;
using ClientEntity = OpenIddict.EntityFrameworkCore.Models.OpenIddictEntityFrameworkCoreApplication<System.Guid>;

namespace UserDomain.IdentityServer.Protocol.ClientDocuments;

/// <summary>Keeps clients as their documents describe them. Grants and tokens refer to a client by its row, so it has one as soon as its document was found good.</summary>
internal sealed class DocumentStore(
    IdentityStoreContext store, ClientRegistrar registrar, ClientManager clients, ClientEditor editor, ClientAccess access, ClientSnapshots snapshots, AuditRecorder audit, TimeProvider time)
{
    // A person who was sent to us by the client has signed in and answered by then.
    private static readonly TimeSpan Unused = TimeSpan.FromHours(1);

    private const int PageSize = 1000;

    /// <summary>Deletes clients nobody has been given anything by: whoever names one of them has its document read again. A disabled one stays disabled.</summary>
    public static async Task<int> PruneAsync(IdentityStoreContext store, TimeProvider time, CancellationToken cancellationToken)
    {
        var readBefore = time.GetStoredNow() - Unused;
        var unused = store.Set<ClientEntity>().Where(row => row.ClientId!.StartsWith(ClientIdUrl.Prefix) && !row.Authorizations.Any() && !row.Tokens.Any());
        var (deleted, last) = (0, Guid.Empty);
        while (true)
        {
            var page = await unused.Where(row => row.Id > last).OrderBy(row => row.Id).Take(PageSize).AsNoTracking().ToListAsync(cancellationToken);
            var old = page.Where(row => ClientRecord.Of(row) is { DisabledAt: null, Document: { } document } && document.ReadAt < readBefore).Select(row => row.Id).ToList();
            deleted += old.Count == 0 ? 0 : await unused.Where(row => old.Contains(row.Id)).ExecuteDeleteAsync(cancellationToken);
            if (page.Count < PageSize)
            {
                return deleted;
            }

            last = page[^1].Id;
        }
    }

    /// <summary>Keeps what a document says of its client.</summary>
    /// <returns>What is wrong with it; null if the client is as described now.</returns>
    public async Task<string?> ApplyAsync(ClientSpec wanted, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        if (RegistrationRefusal.Of(editor.ProblemsOf(wanted)) is { } refusal)
        {
            return refusal.Description;
        }

        var now = time.GetStoredNow();
        var document = new ClientDocument(now, now + lifetime);
        try
        {
            if (await store.Set<ClientEntity>().AsTracking().FirstOrDefaultAsync(row => row.ClientId == wanted.ClientId, cancellationToken) is { } known)
            {
                await UpdateAsync(known, wanted, document, cancellationToken);
            }
            else
            {
                await registrar.CreateAsync(wanted, cancellationToken, document: document);
            }
        }
        catch (DbUpdateException exception) when (exception is DbUpdateConcurrencyException || exception.IsDuplicate())
        {
            // Another replica has just read the same document, or an operator has changed the client: theirs counts.
        }

        return null;
    }

    private async Task UpdateAsync(ClientEntity client, ClientSpec wanted, ClientDocument document, CancellationToken cancellationToken)
    {
        var record = ClientRecord.Of(client);
        if (record.Document is null)
        {
            return;
        }

        await using var transaction = await store.Database.BeginTransactionAsync(cancellationToken);
        var (current, before, after) = (StoredClient.SpecOf(client), new OpenIddictApplicationDescriptor(), ClientRegistrar.Describe(wanted));
        await clients.PopulateAsync(before, client, cancellationToken);
        var (removed, added) = AuditDiff.Between(ClientRegistrar.StateOf(before), ClientRegistrar.StateOf(after));
        var next = record with { Document = document };
        if (removed?.EnumerateObject().Any() == true || added?.EnumerateObject().Any() == true)
        {
            next = next with { Type = wanted.Type, Version = record.Version + 1, UpdatedAt = document.ReadAt };
            audit.Record(store, AuditEventTypes.ClientUpdated, ClientEditor.AsParty(client), ClientRegistrar.StateOf(before), ClientRegistrar.StateOf(after));
            await clients.PopulateAsync(client, after, cancellationToken);
            await (current.Scopes.Except(wanted.Scopes).Any() || current.EffectiveGrants.Except(wanted.EffectiveGrants).Any()
                ? access.SuspendAsync(client, cancellationToken)
                : access.EndConsentsAsync(client, cancellationToken));
        }

        next.WriteTo(client);
        client.ConcurrencyToken = Guid.CreateVersion7(document.ReadAt).ToString();
        await store.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        snapshots.Forget(client);
    }
}
