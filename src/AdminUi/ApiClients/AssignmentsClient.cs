using UserDomain.ServiceDefaults.Lists;

namespace UserDomain.AdminUi.ApiClients;

internal sealed record Named(string Id, string? Name);

internal sealed record Subject(string Type, string Id, string? Name);

internal sealed record AssignmentResponse(Guid Id, Named Role, Subject Subject, DateTimeOffset CreatedAt);

internal sealed record AssignmentRequest(Guid RoleId, Guid? UserId, Guid? GroupId);

internal sealed record EffectivePermissions(Named User, IReadOnlyList<EffectivePermission> Permissions);

internal sealed record EffectivePermission(string Name, IReadOnlyList<IReadOnlyList<Subject>> Paths);

/// <summary>Who holds which role, and what follows from it.</summary>
internal sealed class AssignmentsClient(HttpClient http)
{
    public Task<ApiResult<Page<AssignmentResponse>>> ListAsync(
        Guid? user, Guid? group, Guid? role, string? cursor, int limit, CancellationToken cancellationToken) =>
        http.GetAsync<Page<AssignmentResponse>>(
            ApiCalls.Query("role-assignments", ("user", user), ("group", group), ("role", role), ("limit", limit), ("cursor", cursor)), cancellationToken);

    public Task<ApiResult<AssignmentResponse>> CreateAsync(AssignmentRequest assignment, CancellationToken cancellationToken) =>
        http.CreateAsync<AssignmentResponse>("role-assignments", assignment, null, cancellationToken);

    public Task<ApiProblem?> DeleteAsync(Guid id, CancellationToken cancellationToken) =>
        http.ActAsync(HttpMethod.Delete, $"role-assignments/{id}", cancellationToken);

    public Task<ApiResult<EffectivePermissions>> ExplainAsync(Guid user, CancellationToken cancellationToken) =>
        http.GetAsync<EffectivePermissions>(ApiCalls.Query("effective-permissions", ("user", user)), cancellationToken);
}
