using Microsoft.AspNetCore.Http.HttpResults;
using UserDomain.ServiceDefaults.Errors;

namespace UserDomain.RoleApi;

/// <summary>Everything this service refuses, by name.</summary>
internal static class Problems
{
    public static ProblemHttpResult RoleNotFound() => Problem.NotFound("role");

    public static ProblemHttpResult PermissionNotFound() => Problem.NotFound("permission");

    public static ProblemHttpResult GroupNotFound() => Problem.NotFound("group");

    public static ProblemHttpResult UserNotFound() => Problem.NotFound("user");

    public static ProblemHttpResult MemberNotFound() => Problem.NotFound("group-member");

    public static ProblemHttpResult AssignmentNotFound() => Problem.NotFound("role-assignment");

    public static ProblemHttpResult RoleNameTaken(string name) => Conflict("role-name-taken", "Name taken",
        $"There is a role named '{name}' already; names are compared without case.");

    public static ProblemHttpResult PermissionNameTaken(string name) => Conflict("permission-name-taken", "Name taken",
        $"There is a permission named '{name}' already.");

    public static ProblemHttpResult GroupNameTaken(string name) => Conflict("group-name-taken", "Name taken",
        $"There is a group named '{name}' already; names are compared without case.");

    public static ProblemHttpResult RoleBuiltIn(string name) => Conflict("role-built-in", "Built in",
        $"The role '{name}' came with the product and stays as it is: make a role of your own that includes it.");

    public static ProblemHttpResult PermissionBuiltIn(string name) => Conflict("permission-built-in", "Built in",
        $"The permission '{name}' came with the product and stays as it is.");

    public static ProblemHttpResult RoleIncluded(IEnumerable<string> by) => Conflict("role-included", "Included by other roles",
        $"These roles include it: {string.Join(", ", by)}. Take it out of them first.");

    public static ProblemHttpResult AlreadyAssigned() => Conflict("role-already-assigned", "Already assigned",
        "The role is given to this user, group or client already.");

    public static ProblemHttpResult LastAdministrator() => Conflict("last-administrator", "Last administrator",
        "After this no enabled user would be an administrator: give the role to somebody else first.");

    public static ProblemHttpResult ReferenceChanged() => Conflict("reference-changed", "Changed meanwhile",
        "Something this request refers to was deleted, or came into use, at the same time: read it again and repeat the request.");

    public static ProblemHttpResult UnknownPermission(string name) => Unprocessable("unknown-permission", $"There is no permission named '{name}'.");

    public static ProblemHttpResult UnknownRole(string nameOrId) => Unprocessable("unknown-role", $"There is no role '{nameOrId}'.");

    public static ProblemHttpResult UnknownUser(Guid id) => Unprocessable("unknown-user", $"There is no user with the id {id}.");

    public static ProblemHttpResult UnknownGroup(Guid id) => Unprocessable("unknown-group", $"There is no group with the id {id}.");

    public static ProblemHttpResult UnknownClient(string id) => Unprocessable("unknown-client", $"There is no client with the client_id '{id}'.");

    public static ProblemHttpResult InclusionCycle(string role) => Unprocessable("role-inclusion-cycle",
        $"'{role}' would include itself, directly or through others.");

    public static ProblemHttpResult TooManyPaths(int most) => Unprocessable("role-inclusion-too-wide",
        $"A role would lead to included ones on more than {most} paths: include fewer roles, or fewer that include others in turn.");

    public static ProblemHttpResult NotOneSubject() =>
        Problem.Invalid("userId", "Name exactly one of userId, groupId and clientId.");

    public static ProblemHttpResult AboveOwnRights(IEnumerable<string> missing) => Forbidden("above-own-rights",
        $"Nobody gives, changes or takes away rights above their own. You do not hold: {string.Join(", ", missing)}.");

    public static ProblemHttpResult SelfAssignment() => Forbidden("self-assignment",
        "Nobody gives rights to themselves, nor to a group they belong to: ask somebody else.");

    /// <summary>Lost against another change: the version the caller named is gone, or the one read here.</summary>
    public static ProblemHttpResult ChangedMeanwhile(HttpContext http) => http.Request.Headers.IfMatch.Count > 0
        ? Problem.Create(StatusCodes.Status412PreconditionFailed, "version-mismatch", "Changed by somebody else",
            "If-Match does not name the current version any more: read it again, apply your change, and send it with that ETag.")
        : Conflict("changed-meanwhile", "Changed by somebody else", "Somebody else changed it at the same time: read it again and repeat the request.");

    private static ProblemHttpResult Conflict(string name, string title, string detail) =>
        Problem.Create(StatusCodes.Status409Conflict, name, title, detail);

    private static ProblemHttpResult Unprocessable(string name, string detail) =>
        Problem.Create(StatusCodes.Status422UnprocessableEntity, name, "Cannot be done as asked", detail);

    private static ProblemHttpResult Forbidden(string name, string detail) =>
        Problem.Create(StatusCodes.Status403Forbidden, name, "Not allowed", detail);
}
