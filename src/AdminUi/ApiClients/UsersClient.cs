using UserDomain.ServiceDefaults.Lists;

namespace UserDomain.AdminUi.ApiClients;

internal sealed record UserResponse(
    Guid Id, string UserName, string? Email, bool EmailVerified, string? DisplayName, string? GivenName, string? FamilyName,
    string? Locale, string? ZoneInfo, IReadOnlyDictionary<string, string>? Attributes, bool Disabled,
    DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, long Version)
{
    public string Name => DisplayName is { Length: > 0 } name ? name : UserName;
}

internal sealed record UserRequest(
    string? UserName, string? Email, string? DisplayName, string? GivenName, string? FamilyName, string? Locale, string? ZoneInfo,
    IReadOnlyDictionary<string, string>? Attributes);

internal sealed record PasswordLink(string Url, DateTimeOffset ExpiresAt);

internal sealed record LockDownRequest(string? Reason);

internal sealed record LockDownResponse(int Sessions, int Grants);

/// <summary>The users API.</summary>
internal sealed class UsersClient(HttpClient http)
{
    public Task<ApiResult<Page<UserResponse>>> ListAsync(string? query, string? cursor, int limit, CancellationToken cancellationToken) =>
        http.GetAsync<Page<UserResponse>>(ApiCalls.Query("users", ("query", query), ("limit", limit), ("cursor", cursor)), cancellationToken);

    public Task<ApiResult<UserResponse>> GetAsync(Guid id, CancellationToken cancellationToken) =>
        http.GetAsync<UserResponse>($"users/{id}", cancellationToken);

    /// <summary>The one user with this user name or e-mail address; null if there is none.</summary>
    public async Task<ApiResult<UserResponse>> FindAsync(string name, CancellationToken cancellationToken)
    {
        var found = await ListAsync(name, null, PageQuery.Max, cancellationToken);
        return new(found.Value?.Items.FirstOrDefault(user => Is(user.UserName) || Is(user.Email)), found.Problem);

        bool Is(string? value) => string.Equals(value, name, StringComparison.OrdinalIgnoreCase);
    }

    public Task<ApiResult<UserResponse>> CreateAsync(UserRequest user, string? idempotencyKey, CancellationToken cancellationToken) =>
        http.CreateAsync<UserResponse>("users", user, idempotencyKey, cancellationToken);

    public Task<ApiResult<UserResponse>> UpdateAsync(Guid id, UserRequest user, long version, CancellationToken cancellationToken) =>
        http.UpdateAsync<UserResponse>($"users/{id}", user, version, cancellationToken);

    public Task<ApiProblem?> DeleteAsync(Guid id, CancellationToken cancellationToken) =>
        http.ActAsync(HttpMethod.Delete, $"users/{id}", cancellationToken);

    public Task<ApiResult<UserResponse>> DisableAsync(Guid id, CancellationToken cancellationToken) =>
        http.ActAsync<UserResponse>(HttpMethod.Post, $"users/{id}/disable", cancellationToken);

    /// <summary>Not held to happen once: again it ends what there is by then.</summary>
    public Task<ApiResult<LockDownResponse>> LockDownAsync(Guid id, string? reason, CancellationToken cancellationToken) =>
        http.CreateAsync<LockDownResponse>($"users/{id}/lock-down", new LockDownRequest(reason), idempotencyKey: null, cancellationToken);

    public Task<ApiResult<UserResponse>> EnableAsync(Guid id, CancellationToken cancellationToken) =>
        http.ActAsync<UserResponse>(HttpMethod.Post, $"users/{id}/enable", cancellationToken);

    public Task<ApiResult<PasswordLink>> CreatePasswordLinkAsync(Guid id, CancellationToken cancellationToken) =>
        http.ActAsync<PasswordLink>(HttpMethod.Post, $"users/{id}/password-reset", cancellationToken);
}
