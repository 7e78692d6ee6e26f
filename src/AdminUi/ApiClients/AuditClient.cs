using System.Text.Json;
using UserDomain.Contracts;
using UserDomain.ServiceDefaults.Lists;

namespace UserDomain.AdminUi.ApiClients;

internal sealed record AuditEventResponse(
    Guid Id, long Sequence, string Type, DateTimeOffset Time, DateTimeOffset ReceivedAt, Subject? Actor, string? ClientId,
    string? SessionId, string? Address, Subject? Target, bool Succeeded, JsonElement? Before, JsonElement? After, string? TraceId)
{
    /// <summary>Whether to say that it was refused: not where the type itself says so.</summary>
    public bool IsRefusal => !Succeeded && Type != AuditEventTypes.SignInFailed;
}

/// <summary>What to look for in the audit trail; null for anything.</summary>
internal sealed record AuditFilter(
    string? Type = null, string? Actor = null, string? Target = null, string? Session = null, DateTimeOffset? From = null, DateTimeOffset? To = null);

/// <summary>The audit API.</summary>
internal sealed class AuditClient(HttpClient http)
{
    public Task<ApiResult<Page<AuditEventResponse>>> ListAsync(AuditFilter filter, string? cursor, int limit, CancellationToken cancellationToken) =>
        http.GetAsync<Page<AuditEventResponse>>(
            ApiCalls.Query("audit-events", ("type", filter.Type), ("actor", filter.Actor), ("target", filter.Target), ("session", filter.Session),
                ("from", filter.From), ("to", filter.To), ("limit", limit), ("cursor", cursor)), cancellationToken);

    public Task<ApiResult<AuditEventResponse>> GetAsync(Guid id, CancellationToken cancellationToken) =>
        http.GetAsync<AuditEventResponse>($"audit-events/{id}", cancellationToken);
}
