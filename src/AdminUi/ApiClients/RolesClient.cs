using UserDomain.ServiceDefaults.Lists;

namespace UserDomain.AdminUi.ApiClients;

internal sealed record RoleResponse(
    Guid Id, string Name, string? Description, bool BuiltIn, IReadOnlyList<string> Permissions, IReadOnlyList<string> Includes,
    int? SessionIdleTimeout, int? SessionLifetime, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, long Version);

internal sealed record RoleRequest(
    string? Name, string? Description, IReadOnlyList<string> Permissions, IReadOnlyList<string> Includes, int SessionIdleTimeout, int SessionLifetime)
{
    /// <summary>Seconds a session lives without use as the product says: a role of as many says nothing.</summary>
    public const int LongestIdleTimeout = 60 * 60;

    /// <summary>Seconds it lives in any case.</summary>
    public const int LongestLifetime = 12 * 60 * 60;
}

internal sealed record PermissionResponse(Guid Id, string Name, string? Description, bool BuiltIn);

/// <summary>Roles and permissions of the roles API.</summary>
internal sealed class RolesClient(HttpClient http)
{
    public Task<ApiResult<Page<RoleResponse>>> ListAsync(string? query, string? cursor, int limit, CancellationToken cancellationToken) =>
        http.GetAsync<Page<RoleResponse>>(ApiCalls.Query("roles", ("query", query), ("limit", limit), ("cursor", cursor)), cancellationToken);

    public Task<ApiResult<Page<PermissionResponse>>> ListPermissionsAsync(int limit, CancellationToken cancellationToken) =>
        http.GetAsync<Page<PermissionResponse>>(ApiCalls.Query("permissions", ("limit", limit)), cancellationToken);

    public Task<ApiResult<RoleResponse>> GetAsync(Guid id, CancellationToken cancellationToken) =>
        http.GetAsync<RoleResponse>($"roles/{id}", cancellationToken);

    public Task<ApiResult<RoleResponse>> CreateAsync(RoleRequest role, string? idempotencyKey, CancellationToken cancellationToken) =>
        http.CreateAsync<RoleResponse>("roles", role, idempotencyKey, cancellationToken);

    public Task<ApiResult<RoleResponse>> UpdateAsync(Guid id, RoleRequest role, long version, CancellationToken cancellationToken) =>
        http.UpdateAsync<RoleResponse>($"roles/{id}", role, version, cancellationToken);

    public Task<ApiProblem?> DeleteAsync(Guid id, CancellationToken cancellationToken) =>
        http.ActAsync(HttpMethod.Delete, $"roles/{id}", cancellationToken);
}
