using System.Net;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.ClientApi;

public sealed class AccessTests(RunningSystem system)
{
    private const string Dpop = "DPoP algs=\"ES256 ES384 PS256\"";
    private const string InvalidToken = $"Bearer error=\"invalid_token\", error_description=\"The access token is not valid for this API.\", {Dpop}";
    private const string One = "01890000-0000-7000-8000-000000000000";

    public static TheoryData<string, string, string> Operations => new()
    {
        { "GET", "clients", ClientCalls.Read },
        { "POST", "clients", ClientCalls.Write },
        { "GET", "clients/{id}", ClientCalls.Read },
        { "PATCH", "clients/{id}", ClientCalls.Write },
        { "DELETE", "clients/{id}", ClientCalls.Write },
        { "POST", "clients/{id}/disable", ClientCalls.Write },
        { "POST", "clients/{id}/enable", ClientCalls.Write },
        { "POST", "clients/{id}/secrets", ClientCalls.Write },
        { "DELETE", "clients/{id}/secrets/{secretId}", ClientCalls.Write },
    };

    [Fact]
    public async Task These_are_all_operations_there_are()
    {
        using var anonymous = system.Anonymous();
        var document = await anonymous.SendAsync("GET", "clients/openapi.json").BodyAsync();

        var documented = document.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject(),
            (path, operation) => $"{operation.Name.ToUpperInvariant()} {path.Name["/api/v1/".Length..].TrimEnd('/')}");

        Assert.Equal(Operations.Select(operation => $"{operation.Data.Item1} {operation.Data.Item2}").Order(), documented.Order());
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task AUZ_01_AUZ_02_Every_operation_refuses_a_caller_without_the_right_token_and_says_what_it_takes(string method, string path, string scope)
    {
        var other = scope == ClientCalls.Read ? ClientCalls.Write : ClientCalls.Read;
        using var nobody = system.Anonymous();
        using var otherApi = await system.ClientWithAsync(["users:read", "users:write"]);
        using var otherScope = await system.ClientWithAsync([other], [ClientCalls.Read, ClientCalls.Write]);
        using var noPermission = await system.ClientWithAsync([scope], [other]);

        await RefusedAsync(nobody, method, path, HttpStatusCode.Unauthorized, "unauthenticated", $"Bearer, {Dpop}");
        await RefusedAsync(otherApi, method, path, HttpStatusCode.Unauthorized, "unauthenticated", InvalidToken);
        await RefusedAsync(otherScope, method, path, HttpStatusCode.Forbidden, "insufficient-scope", $"Bearer error=\"insufficient_scope\", scope=\"{scope}\"");
        await RefusedAsync(noPermission, method, path, HttpStatusCode.Forbidden, "permission-missing", "Bearer error=\"insufficient_scope\"");
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task AUZ_01_Every_operation_refuses_a_person_whose_roles_lack_the_permission(string method, string path, string scope)
    {
        var id = await system.CreateUserAsync(roles: scope == ClientCalls.Write ? ["auditor"] : ["support"]);
        using var person = await system.SignedInAsync(id, scope);

        await RefusedAsync(person, method, path, HttpStatusCode.Forbidden, "permission-missing", "Bearer error=\"insufficient_scope\"");
    }

    [Fact]
    public async Task An_administrator_manages_clients_and_an_auditor_reads_them()
    {
        using var administrator = await system.SignedInAsync(await system.CreateUserAsync(roles: "administrator"), ClientCalls.Read, ClientCalls.Write);
        using var auditor = await system.SignedInAsync(await system.CreateUserAsync(roles: "auditor"), ClientCalls.Read, ClientCalls.Write);

        var client = await administrator.CreateServiceAsync("users:write");

        Assert.Equal(client.Text("clientId"), (await auditor.SendAsync("GET", client.Path()).BodyAsync()).Text("clientId"));
        await auditor.SendAsync("POST", "clients", new { }).ProblemAsync(HttpStatusCode.Forbidden, "permission-missing");
    }

    [Fact]
    public async Task WEB_03_Who_is_signed_in_to_the_pages_is_not_thereby_known_to_the_API()
    {
        var name = ClientCalls.UniqueId("clara");
        await system.CreateUserAsync(name, roles: "administrator");
        using var visitor = await system.VisitorAsync();
        await visitor.SignInAsync(name, RunningSystem.Password);

        await visitor.Http.SendAsync("GET", "clients").ProblemAsync(HttpStatusCode.Unauthorized, "unauthenticated");
    }

    [Theory]
    [InlineData("PUT", "clients", HttpStatusCode.MethodNotAllowed, "method-not-allowed")]
    [InlineData("GET", "clients/not-a-uuid", HttpStatusCode.NotFound, "not-found")]
    public async Task What_there_is_not_is_answered_in_problem_details(string method, string path, HttpStatusCode status, string name)
    {
        using var manager = await system.ManagerAsync();

        await manager.SendAsync(method, path).ProblemAsync(status, name);
    }

    [Fact]
    public async Task A_script_of_any_origin_may_call_with_a_token()
    {
        using var manager = await system.ManagerAsync();
        manager.DefaultRequestHeaders.Add("Origin", "https://console.example.test");

        using var answer = await manager.SendAsync("GET", "clients");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(["*"], answer.Headers.GetValues("Access-Control-Allow-Origin"));
    }

    private static async Task RefusedAsync(HttpClient caller, string method, string path, HttpStatusCode status, string name, string challenge)
    {
        var target = path.Replace("{id}", One, StringComparison.Ordinal).Replace("{secretId}", One, StringComparison.Ordinal);
        using var response = await caller.SendAsync(method, target, method is "POST" or "PATCH" ? new { } : null);

        Assert.Equal(challenge, response.Challenge());
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        await Task.FromResult(response).ProblemAsync(status, name);
    }
}
