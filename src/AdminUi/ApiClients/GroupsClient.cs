using UserDomain.ServiceDefaults.Lists;

namespace UserDomain.AdminUi.ApiClients;

internal sealed record GroupResponse(
    Guid Id, string Name, string? Description, int MemberCount, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, long Version);

internal sealed record GroupRequest(string? Name, string? Description);

internal sealed record GroupMember(Guid Id, string UserName, string? DisplayName)
{
    public string Name => DisplayName is { Length: > 0 } name ? name : UserName;
}

/// <summary>Groups of the roles API.</summary>
internal sealed class GroupsClient(HttpClient http)
{
    public Task<ApiResult<Page<GroupResponse>>> ListAsync(string? query, string? cursor, int limit, CancellationToken cancellationToken) =>
        http.GetAsync<Page<GroupResponse>>(ApiCalls.Query("groups", ("query", query), ("limit", limit), ("cursor", cursor)), cancellationToken);

    public Task<ApiResult<GroupResponse>> GetAsync(Guid id, CancellationToken cancellationToken) =>
        http.GetAsync<GroupResponse>($"groups/{id}", cancellationToken);

    public Task<ApiResult<Page<GroupMember>>> ListMembersAsync(Guid id, string? cursor, int limit, CancellationToken cancellationToken) =>
        http.GetAsync<Page<GroupMember>>(ApiCalls.Query($"groups/{id}/members", ("limit", limit), ("cursor", cursor)), cancellationToken);

    public Task<ApiResult<GroupResponse>> CreateAsync(GroupRequest group, string? idempotencyKey, CancellationToken cancellationToken) =>
        http.CreateAsync<GroupResponse>("groups", group, idempotencyKey, cancellationToken);

    public Task<ApiResult<GroupResponse>> UpdateAsync(Guid id, GroupRequest group, long version, CancellationToken cancellationToken) =>
        http.UpdateAsync<GroupResponse>($"groups/{id}", group, version, cancellationToken);

    public Task<ApiProblem?> DeleteAsync(Guid id, CancellationToken cancellationToken) =>
        http.ActAsync(HttpMethod.Delete, $"groups/{id}", cancellationToken);

    public Task<ApiProblem?> AddMemberAsync(Guid id, Guid userId, CancellationToken cancellationToken) =>
        http.ActAsync(HttpMethod.Put, $"groups/{id}/members/{userId}", cancellationToken);

    public Task<ApiProblem?> RemoveMemberAsync(Guid id, Guid userId, CancellationToken cancellationToken) =>
        http.ActAsync(HttpMethod.Delete, $"groups/{id}/members/{userId}", cancellationToken);
}
