using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using UserDomain.ServiceDefaults.Hosting;
using static OpenIddict.Abstractions.OpenIddictConstants;
using ClientEntity = OpenIddict.EntityFrameworkCore.Models.OpenIddictEntityFrameworkCoreApplication<System.Guid>;

namespace UserDomain.IdentityServer.Clients;

/// <summary>A secret of a client, as it is kept.</summary>
/// <param name="Id">By which it is spoken of.</param>
/// <param name="CreatedAt">When it was made; null where nobody wrote it down.</param>
/// <param name="Hash">Its keyed hash.</param>
internal sealed record ClientSecret(Guid Id, DateTimeOffset? CreatedAt, string Hash);

/// <summary>The document a client is described by, as it was read last (Client ID Metadata Document).</summary>
/// <param name="ReadAt">When it was read.</param>
/// <param name="GoodUntil">Until when it is not read again.</param>
internal sealed record ClientDocument(DateTimeOffset ReadAt, DateTimeOffset GoodUntil);

/// <summary>What is kept of a client beside what the library knows of it, in the properties the library leaves to us.</summary>
internal sealed record ClientRecord
{
    private const string Property = "user_domain";

    private static readonly ReadOnce<ClientRecord?> Known = new(Read);

    public required ClientType Type { get; init; }

    /// <summary>Counts the changes.</summary>
    public long Version { get; init; } = 1;

    /// <summary>When it was registered; null where nobody wrote it down.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    public DateTimeOffset? UpdatedAt { get; init; }

    /// <summary>Since when it gets and may do nothing; null for a client that may.</summary>
    public DateTimeOffset? DisabledAt { get; init; }

    /// <summary>The secrets it may authenticate with, oldest first.</summary>
    public IReadOnlyList<ClientSecret> Secrets { get; init; } = [];

    /// <summary>
    /// What it manages itself with (RFC 7592), as it is kept; null for a client that operators registered. Written only where there is one: a version
    /// that does not know the member reads no record that has it.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ClientSecret? RegistrationToken { get; init; }

    /// <summary>What it is known by if nobody registered it; null for all others. Written as the one before.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ClientDocument? Document { get; init; }

    /// <summary>Reads the record of a client; that of one that was last written by a version without records follows from the rest of its row.</summary>
    public static ClientRecord Of(ClientEntity client)
    {
        var record = (client.Properties is { } properties ? Known.Of(properties) : null) ?? new() { Type = TypeOf(client) };
        return client.ClientSecret is { } only && record.Secrets.All(secret => secret.Hash != only)
            ? record with { Secrets = [new(client.Id, null, only)] }
            : record;
    }

    /// <summary>Puts the record, and nothing else, among the properties of a client that is described anew.</summary>
    public void WriteTo(IDictionary<string, JsonElement> properties) => properties[Property] = JsonSerializer.SerializeToElement(this, ApiJson.Options);

    /// <summary>
    /// Writes the record of a client. Its newest secret also stands where a version that knows of one secret only looks for it: two versions may
    /// run side by side.
    /// </summary>
    public void WriteTo(ClientEntity client)
    {
        client.Properties = new JsonObject { [Property] = JsonSerializer.SerializeToNode(this, ApiJson.Options) }.ToJsonString();
        client.ClientSecret = Secrets.Count == 0 ? null : Secrets[^1].Hash;
    }

    private static ClientRecord? Read(string properties)
    {
        using var document = JsonDocument.Parse(properties);
        return document.RootElement.TryGetProperty(Property, out var kept) ? kept.Deserialize<ClientRecord>(ApiJson.Options) : null;
    }

    private static ClientType TypeOf(ClientEntity client) => client switch
    {
        { ClientType: ClientTypes.Confidential, RedirectUris: null } => ClientType.Service,
        { ClientType: ClientTypes.Confidential } => ClientType.Web,
        { ApplicationType: ApplicationTypes.Native } => ClientType.Native,
        { RedirectUris: null } => ClientType.Device,
        _ => ClientType.Spa,
    };
}
