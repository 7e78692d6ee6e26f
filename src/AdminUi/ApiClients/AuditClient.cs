using System.Text.Json;
using UserDomain.Contracts;
using UserDomain.ServiceDefaults.Lists;

namespace UserDomain.AdminUi.ApiClients;

internal sealed record AuditEventResponse(
    Guid Id, long Sequence, string Type, DateTimeOffset Time, DateTimeOffset ReceivedAt, Subject? Actor, string? ClientId,
    string? SessionId, string? Address, Subject? Target, bool Succeeded, JsonElement? Before, JsonElement? After, string? TraceId, bool Erased)
{
    /// <summary>Whether to say that it was refused: not where the type itself says so.</summary>
    public bool IsRefusal => !Succeeded && Type != AuditEventTypes.SignInFailed;
}

/// <summary>What to look for in the audit trail; null for anything.</summary>
internal sealed record AuditFilter(
    string? Type = null, string? Actor = null, string? Target = null, string? Session = null, DateTimeOffset? From = null, DateTimeOffset? To = null,
    string? Address = null, string? Words = null);

/// <summary>The audit API, with names for those the trail knows by id alone: it has the id of who called an API, and people read names.</summary>
internal sealed class AuditClient(HttpClient http, UsersClient users)
{
    public async Task<ApiResult<Page<AuditEventResponse>>> ListAsync(AuditFilter filter, string? cursor, int limit, CancellationToken cancellationToken)
    {
        var found = await http.GetAsync<Page<AuditEventResponse>>(
            ApiCalls.Query("audit-events", ("type", filter.Type), ("actor", filter.Actor), ("target", filter.Target), ("session", filter.Session),
                ("from", filter.From), ("to", filter.To), ("address", filter.Address), ("q", filter.Words), ("limit", limit), ("cursor", cursor)), cancellationToken);
        return found.Value is { } page ? found with { Value = page with { Items = await NameAsync(page.Items, cancellationToken) } } : found;
    }

    public async Task<ApiResult<AuditEventResponse>> GetAsync(Guid id, CancellationToken cancellationToken)
    {
        var found = await http.GetAsync<AuditEventResponse>($"audit-events/{id}", cancellationToken);
        return found.Value is { } item ? found with { Value = (await NameAsync([item], cancellationToken))[0] } : found;
    }

    private async Task<IReadOnlyList<AuditEventResponse>> NameAsync(IReadOnlyList<AuditEventResponse> events, CancellationToken cancellationToken)
    {
        var nameless = events.Select(item => item.Actor is { Type: "user", Name: null } actor && Guid.TryParse(actor.Id, out var id) ? id : Guid.Empty)
            .Where(id => id != Guid.Empty).Distinct();
        var found = await Task.WhenAll(nameless.Select(id => users.GetAsync(id, cancellationToken)));
        var names = found.Select(result => result.Value).OfType<UserResponse>().ToDictionary(user => user.Id.ToString(), user => user.UserName);
        return [.. events.Select(item => item.Actor is { Name: null } actor && names.TryGetValue(actor.Id, out var name) ? item with { Actor = actor with { Name = name } } : item)];
    }
}
