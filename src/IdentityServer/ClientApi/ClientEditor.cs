using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;
using UserDomain.Contracts;
using UserDomain.Database;
using UserDomain.Events;
using UserDomain.IdentityServer.Clients;
using UserDomain.IdentityServer.Clients.Certificates;
using UserDomain.IdentityStore;
using UserDomain.ServiceDefaults.Hosting;
using UserDomain.ServiceDefaults.Lists;
using ClientEntity = OpenIddict.EntityFrameworkCore.Models.OpenIddictEntityFrameworkCoreApplication<System.Guid>;

namespace UserDomain.IdentityServer.ClientApi;

/// <summary>Registers, changes and deletes clients.</summary>
internal sealed class ClientEditor(
    IdentityStoreContext store, ClientChanges changes, ClientRights rights, ClientRegistrar registrar, ClientManager clients, ClientSecrets clientSecrets, ClientAccess access, AuditRecorder audit,
    UserDomainSettings settings, TimeProvider time)
{
    /// <returns>The client and the secret that was made for it, or why there is none.</returns>
    public async Task<(ClientEntity? Client, string? Secret, ProblemHttpResult? Refusal)> CreateAsync(ClientSpec spec, HttpContext http, ClientSecret? registrationToken = null)
    {
        if (Problems.Invalid(ProblemsOf(spec)) is { } invalid)
        {
            return (null, null, invalid);
        }

        await using var change = await changes.BeginAsync(http);
        if (await rights.RefuseAsync(http, spec.ClientId, spec.Scopes) is { } refusal)
        {
            return (null, null, refusal);
        }

        if (await store.Set<ClientEntity>().AnyAsync(client => client.ClientId == spec.ClientId, http.RequestAborted))
        {
            return (null, null, Problems.ClientIdTaken(spec.ClientId));
        }

        try
        {
            var secret = await registrar.CreateAsync(spec, http.RequestAborted, registrationToken);
            var client = await store.Set<ClientEntity>().AsNoTracking().SingleAsync(row => row.ClientId == spec.ClientId, http.RequestAborted);
            return (client, secret, await change.CommitAsync(client));
        }
        catch (DbUpdateException exception) when (exception.IsDuplicate())
        {
            // A program that starts with a seed file was faster.
            return (null, null, Problems.ClientIdTaken(spec.ClientId));
        }
    }

    /// <returns>The changed client, and the secret that was made for one that has keys no longer; or why it stays as it is.</returns>
    public async Task<(ClientEntity? Client, string? Secret, ProblemHttpResult? Refusal)> UpdateAsync(Guid id, UpdateClientRequest request, HttpContext http)
    {
        await using var change = await changes.BeginAsync(http);
        var (client, refusal) = await changes.FindAsync(change, id);
        if (client is null)
        {
            return (null, null, refusal);
        }

        var wanted = request.ApplyTo(StoredClient.SpecOf(client));
        if ((Problems.Invalid(ProblemsOf(wanted)) ?? await rights.RefuseAsync(http, client.ClientId!, wanted.Scopes)) is { } refused)
        {
            return (null, null, refused);
        }

        return await ReplaceAsync(change, client, wanted);
    }

    /// <summary>Makes a client what was found that it may be.</summary>
    /// <returns>The changed client, and the secret that was made for one that needs one now; or why it stays as it is.</returns>
    public async Task<(ClientEntity? Client, string? Secret, ProblemHttpResult? Refusal)> ReplaceAsync(ClientChange change, ClientEntity client, ClientSpec wanted)
    {
        var (http, current) = (change.Http, StoredClient.SpecOf(client));
        var record = ClientRecord.Of(client);
        var (before, after) = (await StateOfAsync(client), ClientRegistrar.Describe(wanted));
        var (removed, added) = AuditDiff.Between(before, ClientRegistrar.StateOf(after));
        if (removed?.EnumerateObject().Any() != true && added?.EnumerateObject().Any() != true)
        {
            ETags.Set(http, record.Version);
            return (client, null, null);
        }

        var secret = wanted.HasSecret && record.Secrets.Count == 0 ? ClientRegistrar.NewSecret() : null;
        var secrets = secret is not null ? [clientSecrets.Keep(secret, time.GetStoredNow())] : wanted.HasSecret ? record.Secrets : [];
        audit.Record(store, AuditEventTypes.ClientUpdated, AsParty(client), before, ClientRegistrar.StateOf(after));
        await clients.PopulateAsync(client, after, http.RequestAborted);
        if (current.Scopes.Except(wanted.Scopes).Any() || current.EffectiveGrants.Except(wanted.EffectiveGrants).Any())
        {
            // A refresh token would bring what the client may not have any more.
            await access.SuspendAsync(client, http.RequestAborted);
        }

        // Who changes a client that is described by a document has taken it over: the document would undo the change.
        return await change.CommitAsync(client, record with { Type = wanted.Type, Secrets = secrets, Document = null }) is { } lost ? (null, null, lost) : (client, secret, null);
    }

    /// <returns>Why it stays; null when it is gone.</returns>
    public async Task<ProblemHttpResult?> DeleteAsync(Guid id, HttpContext http)
    {
        await using var change = await changes.BeginAsync(http);
        var (client, refusal) = await changes.FindAsync(change, id);
        if (client is null)
        {
            return refusal;
        }

        return await RemoveAsync(change, client);
    }

    /// <summary>Deletes a client that was found, with all it was given.</summary>
    /// <returns>Why it stays; null when it is gone.</returns>
    public async Task<ProblemHttpResult?> RemoveAsync(ClientChange change, ClientEntity client)
    {
        audit.Record(store, AuditEventTypes.ClientDeleted, AsParty(client), before: await StateOfAsync(client));
        await access.RemoveAsync(client, change.Http.RequestAborted);
        store.Remove(client);
        return await change.CommitAsync(client);
    }

    public static AuditParty AsParty(ClientEntity client) => new("client", client.ClientId!, client.DisplayName);

    /// <summary>Every problem of what a client shall be, as member and what is wrong with it.</summary>
    public IEnumerable<(string Member, string Problem)> ProblemsOf(ClientSpec client) =>
        ClientSpecRule.ProblemsOf(client).Concat(CalledAddresses.ProblemsOf(client, settings)).Concat(CertificateSettings.ProblemsOf(client, settings));

    private async Task<object> StateOfAsync(ClientEntity client)
    {
        var state = new OpenIddictApplicationDescriptor();
        await clients.PopulateAsync(state, client);
        return ClientRegistrar.StateOf(state);
    }
}
