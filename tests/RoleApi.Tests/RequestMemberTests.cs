using System.Text;

namespace UserDomain.RoleApi.Tests;

public sealed class RequestMemberTests(RequestMemberTests.Manager manager) : IClassFixture<RequestMemberTests.Manager>
{
    private const string SomeId = "01890000-0000-7000-8000-000000000000";

    // What each name has to refuse, as JSON strings.
    private static readonly string[] BadNames =
    [
        "\"\"", "\" \"", "\" a\"", "\"a \"", "\"a  b\"", "\"a\\nb\"", "\"a\\u0000b\"", "\"a\\u00A0b\"", "\"a\\u200Bb\"", "\"\\u202Ea\"", Long(101),
    ];

    private static readonly string[] BadPermissionNames =
    [
        "\"\"", "\"orders\"", "\"orders:\"", "\":read\"", "\"Orders:read\"", "\"orders:read:all\"", "\"orders read:a\"", "\"1orders:read\"", "\"orders:read\\n\"",
        $"\"a:{new string('x', 99)}\"",
    ];

    private static readonly string[] BadDescriptions = ["\"a\\nb\"", "\"a\\u0000b\"", "\"a\\u2028b\"", "\"\\u202Ea\"", Long(501)];

    private static readonly string[] BadEntries = ["[null]", "[\"a\\u0000b\"]", $"[{string.Join(',', Enumerable.Range(0, 201).Select(n => $"\"a{n}\""))}]"];

    public static TheoryData<string, string, string> OutsideOfBounds =>
    [
        .. from resource in new[] { "roles", "groups" } from method in Methods from name in BadNames select (method + resource, "name", name),
        .. from name in BadPermissionNames select ("POST permissions", "name", name),
        .. from resource in new[] { "roles", "groups", "permissions" } from method in Methods from text in BadDescriptions select (method + resource, "description", text),
        .. from method in Methods from list in BadEntries from member in new[] { "permissions", "includes" } select (method + "roles", member, list),
        ("POST role-assignments", "clientId", "\"\""), ("POST role-assignments", "clientId", "\"a\\nb\""), ("POST role-assignments", "clientId", Long(256)),
    ];

    public static TheoryData<string, string, string> Unreadable =>
    [
        .. from resource in new[] { "roles", "groups" } from method in Methods from value in new[] { "5", "{}", "[\"a\"]", "true", "\"\\uD800\"" } select (method + resource, "name", value),
        .. from resource in new[] { "roles", "groups", "permissions" } from method in Methods from value in new[] { "5", "[]" } select (method + resource, "description", value),
        .. from resource in new[] { "roles", "groups", "permissions" } select ("POST " + resource, "name", "null"),
        .. from method in Methods from value in new[] { "\"a\"", "{}", "5" } from member in new[] { "permissions", "includes" } select (method + "roles", member, value),
        .. from resource in new[] { "roles", "groups", "permissions" } from method in Methods from member in new[] { "id", "builtIn", "version", "createdAt", "updatedAt", "members" } select (method + resource, member, "null"),
        ("PATCH permissions", "name", "\"a:b\""),
        .. from value in new[] { "5", "\"first\"", "[]" } from member in new[] { "roleId", "userId", "groupId" } select ("POST role-assignments", member, value),
        ("POST role-assignments", "clientId", "5"), ("POST role-assignments", "id", "null"), ("POST role-assignments", "createdAt", "null"),
    ];

    private static IEnumerable<string> Methods => ["POST ", "PATCH "];

    [Theory]
    [MemberData(nameof(OutsideOfBounds))]
    public async Task A_member_outside_of_its_bounds_is_named(string operation, string member, string value) =>
        await SendAsync(operation, (member, value)).RefusedAsync(member);

    [Theory]
    [MemberData(nameof(Unreadable))]
    public async Task AUZ_05_A_member_that_is_unknown_or_not_theirs_to_set_or_of_another_type_is_named(string operation, string member, string value)
    {
        var problem = await SendAsync(operation, (member, value)).ProblemAsync(HttpStatusCode.BadRequest, "unreadable-request");

        Assert.Contains($"'$.{member}", problem.Text("detail"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("POST roles", "name")]
    [InlineData("PATCH roles", "description")]
    [InlineData("POST permissions", "name")]
    [InlineData("PATCH permissions", "description")]
    [InlineData("POST groups", "name")]
    [InlineData("PATCH groups", "description")]
    [InlineData("POST role-assignments", "clientId")]
    public async Task AUZ_05_A_member_that_is_there_twice_is_named(string operation, string member)
    {
        var problem = await SendAsync(operation, (member, "\"a\""), (member, "\"b\"")).ProblemAsync(HttpStatusCode.BadRequest, "unreadable-request");

        Assert.Contains($"'$.{member}'", problem.Text("detail"), StringComparison.Ordinal);
        Assert.Contains("twice", problem.Text("detail"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("roles", "name")]
    [InlineData("permissions", "name")]
    [InlineData("groups", "name")]
    [InlineData("role-assignments", "roleId")]
    public async Task What_a_creation_needs_is_named_when_it_is_absent(string resource, string member) =>
        await manager.Client.PostJsonAsync(resource, new { }).RefusedAsync(member);

    [Theory]
    [MemberData(nameof(Things.All), MemberType = typeof(Things))]
    public async Task A_body_that_is_no_JSON_object_is_refused(string resource)
    {
        foreach (var body in new[] { "", "null", "[]", "name", "{ \"name\": " })
        {
            await manager.Client.PostJsonAsync(resource, Json(body)).ProblemAsync(HttpStatusCode.BadRequest, "unreadable-request");
        }
    }

    [Theory]
    [MemberData(nameof(Things.All), MemberType = typeof(Things))]
    public async Task API_01_A_body_of_more_than_256_kB_is_refused(string resource) =>
        await manager.Client.PostJsonAsync(resource, Json(new string(' ', 256 * 1024) + "{}")).ProblemAsync(HttpStatusCode.RequestEntityTooLarge, "payload-too-large");

    private Task<HttpResponseMessage> SendAsync(string operation, params (string Member, string Value)[] members)
    {
        var (method, resource) = (operation.Split(' ')[0], operation.Split(' ')[1]);

        // Whatever a creation needs is there, so that only the member in question can be the reason.
        var needed = (method, resource) switch
        {
            ("PATCH", _) => [],
            (_, "role-assignments") => [("roleId", $"\"{SomeId}\"")],
            _ => new[] { ("name", $"\"{Things.NewName(resource)}\"") },
        };
        var sent = needed.Where(one => members.All(member => member.Member != one.Item1)).Concat(members);
        var body = $"{{ {string.Join(", ", sent.Select(member => $"\"{member.Item1}\": {member.Item2}"))} }}";
        return manager.Client.SendAsync(method, method == "POST" ? resource : $"{resource}/{SomeId}", Json(body));
    }

    private static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");

    private static string Long(int length) => $"\"{new string('x', length)}\"";

    /// <summary>One caller for all of the many tests here.</summary>
    public sealed class Manager(RunningSystem system) : IAsyncLifetime
    {
        private HttpClient? _client;

        public HttpClient Client => _client ?? throw new InvalidOperationException("Not signed in yet.");

        public async ValueTask InitializeAsync() => _client = await system.ManagerAsync();

        public ValueTask DisposeAsync()
        {
            _client?.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
