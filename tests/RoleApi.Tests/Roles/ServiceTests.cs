namespace UserDomain.RoleApi.Tests.Roles;

public sealed class ServiceTests(RunningSystem system)
{
    [Fact]
    public async Task AUZ_01_AUZ_02_A_service_whose_client_holds_a_role_with_roles_write_manages_roles_and_nothing_less_does()
    {
        using var writer = await system.ClientWithAsync(["roles:read", "roles:write"]);
        using var reader = await system.ClientWithAsync(["roles:read", "roles:write"], ["roles:read"]);
        using var otherApi = await system.ClientWithAsync(["users:read", "users:write"]);
        using var nobody = system.Anonymous();
        using var withIdToken = await WithIdTokenAsync();

        var role = await writer.PostJsonAsync("roles", new { name = RoleCalls.UniqueName(), permissions = new[] { "roles:read" } }).BodyAsync(HttpStatusCode.Created);
        var path = $"roles/{role.Id()}";
        Assert.Equal(role.GetRawText(), (await writer.ReadAsync(path).BodyAsync()).GetRawText());
        Assert.Equal(role.GetRawText(), (await reader.ReadAsync(path).BodyAsync()).GetRawText());
        Assert.Equal("changed", (await writer.PatchJsonAsync(path, new { description = "changed" }).BodyAsync()).Text("description"));

        await EachAsync(reader, read: false, HttpStatusCode.Forbidden, "permission-missing", Challenges.MissingPermission);
        await EachAsync(otherApi, read: true, HttpStatusCode.Unauthorized, "unauthenticated", Challenges.InvalidToken);
        await EachAsync(withIdToken, read: true, HttpStatusCode.Unauthorized, "unauthenticated", Challenges.InvalidToken);
        await EachAsync(nobody, read: true, HttpStatusCode.Unauthorized, "unauthenticated", Challenges.NoToken);

        await writer.RemoveAsync(path).DoneAsync();
        await writer.ReadAsync(path).ProblemAsync(HttpStatusCode.NotFound, "role-not-found");

        async Task EachAsync(HttpClient client, bool read, HttpStatusCode status, string name, string challenge)
        {
            await (read ? client.ReadAsync(path).ChallengedAsync(status, name, challenge) : Task.CompletedTask);
            await client.PostJsonAsync("roles", new { name = RoleCalls.UniqueName() }).ChallengedAsync(status, name, challenge);
            await client.PatchJsonAsync(path, new { description = "x" }).ChallengedAsync(status, name, challenge);
            await client.RemoveAsync(path).ChallengedAsync(status, name, challenge);
        }
    }

    [Fact]
    public async Task AUZ_02_A_token_in_the_query_or_in_a_form_body_is_none()
    {
        using var writer = await system.ManagerAsync();
        using var client = system.Anonymous();
        var token = writer.DefaultRequestHeaders.Authorization!.Parameter!;
        var member = $"groups/{await writer.CreateGroupAsync()}/members/{await system.CreateUserAsync()}";

        await client.ReadAsync($"roles?access_token={token}").ChallengedAsync(HttpStatusCode.Unauthorized, "unauthenticated", Challenges.NoToken);
        await client.PostJsonAsync($"roles?access_token={token}", new { name = RoleCalls.UniqueName() }).ChallengedAsync(HttpStatusCode.Unauthorized, "unauthenticated", Challenges.NoToken);
        await client.SendAsync("PUT", member, Form(token)).ChallengedAsync(HttpStatusCode.Unauthorized, "unauthenticated", Challenges.NoToken);
        await client.SendAsync("DELETE", member, Form(token)).ChallengedAsync(HttpStatusCode.Unauthorized, "unauthenticated", Challenges.NoToken);

        // Where a JSON body is expected, a form is refused before anybody looks for a token.
        await client.SendAsync("POST", "roles", Form(token)).ProblemAsync(HttpStatusCode.UnsupportedMediaType, "unsupported-media-type");
    }

    private static FormUrlEncodedContent Form(string token) => new([new("access_token", token), new("name", RoleCalls.UniqueName())]);

    private async Task<HttpClient> WithIdTokenAsync()
    {
        var name = RoleCalls.UniqueName();
        await system.CreateUserAsync(name, password: null, "auditor");
        using var visitor = await system.VisitorAsync("roles:read", "roles:write");
        var client = system.Anonymous();
        client.DefaultRequestHeaders.Authorization = new("Bearer", (await visitor.SignInAsync(name, RunningSystem.Password)).IdToken);
        return client;
    }
}
