using System.Buffers.Text;
using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using UserDomain.Contracts;
using UserDomain.Database;
using UserDomain.IdentityServer.ClientApi;
using UserDomain.IdentityServer.Clients;
using UserDomain.IdentityStore;
using ClientEntity = OpenIddict.EntityFrameworkCore.Models.OpenIddictEntityFrameworkCoreApplication<System.Guid>;

namespace UserDomain.IdentityServer.Protocol.Registration;

/// <summary>A client that was registered or changed, with what it has to be told.</summary>
/// <param name="Client">The client.</param>
/// <param name="Token">Its registration access token.</param>
/// <param name="Secret">The secret that was made for it; null for none.</param>
internal sealed record RegisteredClient(ClientEntity Client, string Token, string? Secret);

/// <summary>Clients that registered themselves, and what each may do with itself. Who registers one may not give it more than they have (AUZ-04).</summary>
internal sealed class RegisteredClients(ClientEditor editor, ClientChanges changes, ClientSecrets clientSecrets, IdentityStoreContext store, TimeProvider time)
{
    private const int ClientIdBytes = 16;

    /// <summary>Registers a client by the right of the caller.</summary>
    public async Task<(RegisteredClient? Registered, RegistrationRefusal? Refusal)> RegisterAsync(ClientMetadata metadata, HttpContext http)
    {
        // As an id that is 128 random bits is nobody's choice, none can be taken for another client, and a deleted one never comes back.
        var id = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(ClientIdBytes));
        var (spec, refusal) = DescribedClient.Of(metadata, id);
        if (spec is null || (refusal = RegistrationRefusal.Of(editor.ProblemsOf(spec))) is not null)
        {
            return (null, refusal);
        }

        var token = ClientRegistrar.NewSecret();
        var (client, secret, problem) = await editor.CreateAsync(spec, http, clientSecrets.Keep(token, time.GetStoredNow()));
        return problem is null ? (new(client!, token, secret), null) : (null, RegistrationRefusal.Of(problem));
    }

    /// <summary>The client, if the token is its own and it is not disabled; else null.</summary>
    public async Task<ClientEntity?> FindAsync(string clientId, string token, CancellationToken cancellationToken) =>
        ClientSpecRule.IsClientId(clientId)
        && await store.Set<ClientEntity>().AsTracking().FirstOrDefaultAsync(client => client.ClientId == clientId, cancellationToken) is { } client
        && ClientRecord.Of(client) is { DisabledAt: null, RegistrationToken: { } kept } && clientSecrets.Match(token, [kept])
            ? client
            : null;

    /// <summary>Puts other metadata in the place of a client's own (RFC 7592 section 2.2).</summary>
    /// <returns>The client, or why it stays as it is; neither if the token is none of it any more.</returns>
    public async Task<(RegisteredClient? Changed, RegistrationRefusal? Refusal)> ReplaceAsync(string clientId, string token, ClientMetadata metadata, HttpContext http)
    {
        await using var change = await changes.BeginAsync(http);
        if (await FindAgainAsync(clientId, token, http) is not { } client)
        {
            return (null, null);
        }

        var current = StoredClient.SpecOf(client);
        var (wanted, refusal) = DescribedClient.Of(metadata, clientId, current);
        refusal ??= RefusalOfIdentity(metadata, client) ?? RefusalOfScopes(current, wanted!) ?? RegistrationRefusal.Of(editor.ProblemsOf(wanted!));
        if (refusal is not null)
        {
            return (null, refusal);
        }

        ActAs(clientId, http);
        var (changed, secret, problem) = await editor.ReplaceAsync(change, client, wanted!);
        return problem is null ? (new(changed!, token, secret), null) : (null, RegistrationRefusal.Of(problem));
    }

    /// <summary>Deletes a client with all it was given (RFC 7592 section 2.3).</summary>
    /// <returns>Whether the token was its own; and why it stays, if it does.</returns>
    public async Task<(bool Found, RegistrationRefusal? Refusal)> DeleteAsync(string clientId, string token, HttpContext http)
    {
        await using var change = await changes.BeginAsync(http);
        if (await FindAgainAsync(clientId, token, http) is not { } client)
        {
            return (false, null);
        }

        ActAs(clientId, http);
        return (true, await editor.RemoveAsync(change, client) is { } problem ? RegistrationRefusal.Of(problem) : null);
    }

    // What was read before other changes of clients were waited for may be old.
    private async Task<ClientEntity?> FindAgainAsync(string clientId, string token, HttpContext http)
    {
        store.ChangeTracker.Clear();
        return await FindAsync(clientId, token, http.RequestAborted);
    }

    private RegistrationRefusal? RefusalOfIdentity(ClientMetadata metadata, ClientEntity client) =>
        metadata.ClientId != client.ClientId ? RegistrationRefusal.Of("client_id", "has to be there, and the one of the client")
        : metadata.ClientSecret is { } secret && !clientSecrets.Match(secret, ClientRecord.Of(client).Secrets) ? RegistrationRefusal.Of("client_secret", "is not the one of the client; nobody chooses one")
        : null;

    // Who registered it was asked for rights, and the client itself has none to ask for.
    private static RegistrationRefusal? RefusalOfScopes(ClientSpec current, ClientSpec wanted) =>
        wanted.Scopes.Except(current.Scopes).FirstOrDefault(scope => Api.OfScope(scope) is not null) is { } more
            ? RegistrationRefusal.Of("scope", $"a client does not give itself {more}: register another, or ask an operator")
            : null;

    // For the audit trail: it was the client.
    private static void ActAs(string clientId, HttpContext http) => http.User = new(new ClaimsIdentity(
        [new(TokenClaims.Subject, clientId), new(TokenClaims.ClientId, clientId)], authenticationType: "registration_access_token"));
}
