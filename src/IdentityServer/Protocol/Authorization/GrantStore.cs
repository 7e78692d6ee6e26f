using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;
using UserDomain.Contracts;
using UserDomain.Database;
using UserDomain.Events;
using UserDomain.IdentityServer.Clients;
using UserDomain.IdentityServer.Protocol.TokenStorage;
using UserDomain.IdentityServer.SignIn;
using UserDomain.IdentityStore;
using UserDomain.IdentityStore.Sessions;
using static OpenIddict.Abstractions.OpenIddictConstants;
using ClientEntity = OpenIddict.EntityFrameworkCore.Models.OpenIddictEntityFrameworkCoreApplication<System.Guid>;
using GrantEntity = OpenIddict.EntityFrameworkCore.Models.OpenIddictEntityFrameworkCoreAuthorization<System.Guid>;

namespace UserDomain.IdentityServer.Protocol.Authorization;

/// <summary>A client as our pages and policies see it.</summary>
/// <param name="Id">Its key in the store.</param>
/// <param name="ClientId">Its <c>client_id</c>.</param>
/// <param name="DisplayName">What people know it by: the name it was registered with, or, where nobody did that, the host of the document it is described by.</param>
/// <param name="RequiresConsent">Whether people have to allow what it asks.</param>
/// <param name="Permissions">What it may do, as the library keeps it.</param>
/// <param name="Settings">What it said of itself, as the library keeps it; null where what it says is not shown.</param>
/// <param name="Version">Which is another one as soon as anything about it is changed.</param>
/// <param name="OwnName">What one that nobody registered calls itself; null for all others.</param>
internal sealed record Client(Guid Id, string ClientId, string DisplayName, bool RequiresConsent, string? Permissions, string? Settings, string Version, string? OwnName = null)
{
    /// <summary>What it shows people who are asked.</summary>
    public ClientLinks Links => ClientLinks.Of(Settings);

    /// <summary>Whether people are asked each time: any program on their device could say that it is this client, and take the code (RFC 8252 section 8.6).</summary>
    public bool IsAskedEachTime(string? redirectUri) => OwnName is not null && redirectUri?.StartsWith("https://", StringComparison.Ordinal) != true;

    /// <summary>Whether it may ask for a scope.</summary>
    public bool MayAskFor(string scope) =>
        Permissions is not null && JsonSerializer.Deserialize<string[]>(Permissions)!.Contains(OpenIddictConstants.Permissions.Prefixes.Scope + scope);
}

/// <summary>
/// What users gave clients. A consent is permanent and belongs to the user; a grant belongs to the session it was made in, and ends with it.
/// </summary>
internal sealed class GrantStore(IdentityStoreContext store, IOpenIddictApplicationStore<ClientEntity> clients, AuditRecorder audit, TimeProvider time)
{
    public async Task<Client> FindClientAsync(string clientId, CancellationToken cancellationToken) =>
        await TryFindClientAsync(clientId, cancellationToken) ?? throw new InvalidOperationException($"The client {clientId} has passed validation and must exist.");

    public async Task<Client?> TryFindClientAsync(string clientId, CancellationToken cancellationToken) =>
        await clients.FindByClientIdAsync(clientId, cancellationToken) is not { } row ? null
        : ClientRecord.Of(row).Document is null
            ? new Client(row.Id, clientId, row.DisplayName ?? clientId, row.ConsentType == ConsentTypes.Explicit, row.Permissions, row.Settings, row.ConcurrencyToken!)
            : new Client(row.Id, clientId, new Uri(clientId).Authority, RequiresConsent: true, row.Permissions, Settings: null, row.ConcurrencyToken!, row.DisplayName);

    /// <summary>The key of a grant that is about to be made.</summary>
    public Guid NewId() => Guid.CreateVersion7(time.GetStoredNow());

    /// <summary>Makes the grant a code, and all tokens that come of it, belong to.</summary>
    /// <param name="client">The client.</param>
    /// <param name="session">Who is signed in.</param>
    /// <param name="scopes">What is granted.</param>
    /// <param name="id">Its key.</param>
    /// <param name="address">Where the user is, or was when the code was made; null for where the request comes from.</param>
    /// <returns>The grant, which is not written yet.</returns>
    public NewGrant Create(Client client, CurrentSession session, ImmutableArray<string> scopes, Guid id, string? address = null)
    {
        var now = time.GetStoredNow();
        var told = audit.Describe(AuditEventTypes.GrantCreated, new AuditParty("grant", id.ToString(), client.DisplayName),
            after: new { client = client.ClientId, scopes }, origin: session.AsOrigin(client.ClientId) with { Address = address });
        return new(id, client.Id, client.ClientId, session.UserId, session.Id, JsonSerializer.Serialize(scopes), now.UtcDateTime, told);
    }

    /// <summary>Ends a grant with all its tokens: those with a row by it, self-contained ones by the revocation log (REV-01).</summary>
    /// <param name="grant">The grant.</param>
    /// <param name="tell">Records the audit event; not called for a grant that has ended before.</param>
    /// <param name="cancellationToken">Ends the wait for the database; nothing is changed then.</param>
    public async Task EndAsync(Guid grant, Action<IdentityStoreContext, AuditRecorder> tell, CancellationToken cancellationToken)
    {
        await using var transaction = await store.Database.BeginTransactionAsync(cancellationToken);
        var ended = await store.Set<GrantEntity>()
            .Where(row => row.Id == grant && row.Status == Statuses.Valid)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Status, Statuses.Revoked), cancellationToken);
        if (ended == 1)
        {
            store.Revocations.Add(Revocation.Of(RevocationKinds.Grant, grant.ToString(), time.GetStoredNow()));
            tell(store, audit);
            await store.SaveChangesAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Whether the user has allowed the client all of these scopes.</summary>
    public async Task<bool> IsConsentedAsync(Client client, Guid user, ImmutableArray<string> scopes, CancellationToken cancellationToken) =>
        (await ConsentsAsync(client, user, cancellationToken)).Any(consent => scopes.All(ScopesOf(consent).Contains));

    /// <summary>Records that the user allowed the client these scopes, beside what was allowed before (CLI-03).</summary>
    public async Task RecordConsentAsync(Client client, CurrentSession session, ImmutableArray<string> scopes, CancellationToken cancellationToken)
    {
        if (!await IsConsentedAsync(client, session.UserId, scopes, cancellationToken))
        {
            AddConsent(client, session.UserId, scopes);
        }

        audit.Record(store, AuditEventTypes.ConsentGranted, new AuditParty("client", client.ClientId, client.DisplayName),
            after: new { scopes }, origin: session.AsOrigin(client.ClientId));
        await store.SaveChangesAsync(cancellationToken);
    }

    /// <summary>Records that the user refused.</summary>
    public Task RecordDenialAsync(Client client, CurrentSession session, ImmutableArray<string> scopes, CancellationToken cancellationToken)
    {
        audit.Record(store, AuditEventTypes.ConsentDenied, new AuditParty("client", client.ClientId, client.DisplayName),
            after: new { scopes }, origin: session.AsOrigin(client.ClientId), succeeded: false);
        return store.SaveChangesAsync(cancellationToken);
    }

    private void AddConsent(Client client, Guid user, ImmutableArray<string> scopes)
    {
        var now = time.GetStoredNow();
        var consent = new GrantEntity
        {
            Id = Guid.CreateVersion7(now),
            Subject = user.ToString(),
            Type = AuthorizationTypes.Permanent,
            Status = Statuses.Valid,
            CreationDate = now.UtcDateTime,
            Scopes = JsonSerializer.Serialize(scopes),
        };
        store.Add(consent).Property("ApplicationId").CurrentValue = client.Id;
    }

    private Task<List<string?>> ConsentsAsync(Client client, Guid user, CancellationToken cancellationToken)
    {
        var subject = user.ToString();
        return store.Set<GrantEntity>()
            .Where(row => row.Application!.Id == client.Id && row.Subject == subject && row.Status == Statuses.Valid && row.Type == AuthorizationTypes.Permanent)
            .Select(row => row.Scopes)
            .ToListAsync(cancellationToken);
    }

    private static string[] ScopesOf(string? stored) => stored is null ? [] : JsonSerializer.Deserialize<string[]>(stored)!;
}
