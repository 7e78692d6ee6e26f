using System.Security.Claims;
using System.Text.Json;
using OpenIddict.Abstractions;
using UserDomain.Contracts;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace UserDomain.IdentityServer.Protocol.Exchange;

/// <summary>Who acts for the subject of a token (RFC 8693 section 4.1).</summary>
/// <param name="Subject">The <c>sub</c>.</param>
/// <param name="ClientId">The client, if a client acts for itself.</param>
/// <param name="Before">Who acted before.</param>
internal sealed record ActorChain(string Subject, string? ClientId, ActorChain? Before)
{
    /// <summary>How many may have acted one after the other: what is handed on further has lost its way, and a token has to stay small (TOK-06).</summary>
    public const int Most = 4;

    /// <summary>How many they are.</summary>
    public int Length => 1 + (Before?.Length ?? 0);

    /// <summary>Reads who acts for the subject of a token of ours; null when nobody does.</summary>
    public static ActorChain? Of(ClaimsPrincipal token) =>
        token.GetClaim(TokenClaims.Actor) is { } claim ? Read(JsonSerializer.Deserialize<JsonElement>(claim)) : null;

    /// <summary>Adds the subject of a token as who acts now.</summary>
    public static ActorChain Add(ClaimsPrincipal actor, ActorChain? before) => new(actor.GetClaim(Claims.Subject)!, ClientOf(actor), before);

    /// <summary>
    /// Whether the token says that somebody else than this one alone may act for its subject (RFC 8693 section 4.4). What it says of them
    /// besides <c>sub</c>, <c>client_id</c> and <c>iss</c> cannot be compared, and nobody is taken to be meant then.
    /// </summary>
    /// <param name="token">The subject's token.</param>
    /// <param name="subject">Who wants to act, by <c>sub</c>.</param>
    /// <param name="clientId">The client, if a client acts for itself.</param>
    /// <param name="issuer">Our issuer.</param>
    public static bool IsReservedForAnother(ClaimsPrincipal token, string subject, string? clientId, string issuer)
    {
        if (token.GetClaim(TokenClaims.MayAct) is not { } claim)
        {
            return false;
        }

        var named = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(claim)!;
        return !named.ContainsKey(Claims.Subject) || named.Any(one => one.Key switch
        {
            Claims.Subject => !one.Value.ValueEquals(subject),
            Claims.ClientId => !one.Value.ValueEquals(clientId),
            Claims.Issuer => !one.Value.ValueEquals(issuer),
            _ => true,
        });
    }

    /// <summary>The claim.</summary>
    public JsonElement ToClaim()
    {
        var members = new Dictionary<string, object> { [Claims.Subject] = Subject };
        if (ClientId is not null)
        {
            members[Claims.ClientId] = ClientId;
        }

        if (Before is not null)
        {
            members[TokenClaims.Actor] = Before.ToClaim();
        }

        return JsonSerializer.SerializeToElement(members);
    }

    /// <summary>The client whose own token it is; null for one of a user.</summary>
    public static string? ClientOf(ClaimsPrincipal token) =>
        Guid.TryParseExact(token.GetClaim(Claims.Subject), "D", out _) ? null : token.GetClaim(Claims.Subject);

    private static ActorChain Read(JsonElement claim) => new(
        claim.GetProperty(Claims.Subject).GetString()!,
        claim.TryGetProperty(Claims.ClientId, out var client) ? client.GetString() : null,
        claim.TryGetProperty(TokenClaims.Actor, out var before) ? Read(before) : null);
}
