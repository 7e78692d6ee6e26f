using UserDomain.ServiceDefaults.Lists;

namespace UserDomain.AdminUi.ApiClients;

internal sealed record SessionResponse(
    Guid Id, Named User, string State, DateTimeOffset CreatedAt, DateTimeOffset? LastSeenAt, DateTimeOffset? ExpiresAt,
    DateTimeOffset? ClosedAt, string? CloseReason, string? Address, string? UserAgent, IReadOnlyList<string>? AuthenticationMethods,
    DateTimeOffset? AuthenticatedAt, IReadOnlyList<string>? Clients)
{
    public bool IsOpen => State == SessionStates.Open;
}

internal static class SessionStates
{
    public const string Open = "open";
    public const string Closed = "closed";
    public const string Expired = "expired";
}

internal sealed record ClosedCount(int Closed);

/// <summary>The sessions API.</summary>
internal sealed class SessionsClient(HttpClient http)
{
    public Task<ApiResult<Page<SessionResponse>>> ListAsync(Guid? user, string? state, string? cursor, int limit, CancellationToken cancellationToken) =>
        http.GetAsync<Page<SessionResponse>>(
            ApiCalls.Query("sessions", ("user", user), ("state", state), ("limit", limit), ("cursor", cursor)), cancellationToken);

    public Task<ApiResult<SessionResponse>> GetAsync(Guid id, CancellationToken cancellationToken) =>
        http.GetAsync<SessionResponse>($"sessions/{id}", cancellationToken);

    public Task<ApiProblem?> CloseAsync(Guid id, CancellationToken cancellationToken) =>
        http.ActAsync(HttpMethod.Delete, $"sessions/{id}", cancellationToken);

    public Task<ApiResult<ClosedCount>> CloseAllAsync(Guid user, CancellationToken cancellationToken) =>
        http.ActAsync<ClosedCount>(HttpMethod.Delete, ApiCalls.Query("sessions", ("user", user)), cancellationToken);
}
