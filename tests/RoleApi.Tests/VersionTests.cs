namespace UserDomain.RoleApi.Tests;

public sealed class VersionTests(RunningSystem system)
{
    [Theory]
    [MemberData(nameof(Things.Named), MemberType = typeof(Things))]
    public async Task API_03_A_change_for_the_version_it_saw_is_made_and_answers_with_the_next(string resource)
    {
        using var client = await system.ManagerAsync();
        var path = $"{resource}/{await client.CreateAsync(resource, new { name = Things.NewName(resource) })}";
        using var read = await client.ReadAsync(path);

        using var changed = await ChangeAsync(client, path, "second", read.Headers.ETag!.ToString());
        using var again = await client.ReadAsync(path);

        Assert.Equal("\"1\"", read.Headers.ETag!.ToString());
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        Assert.Equal("\"2\"", changed.Headers.ETag!.ToString());
        Assert.Equal("\"2\"", again.Headers.ETag!.ToString());
        Assert.Equal(2, (await Task.FromResult(again).BodyAsync()).GetProperty("version").GetInt64());
    }

    [Theory]
    [MemberData(nameof(Things.Named), MemberType = typeof(Things))]
    public async Task API_03_A_change_for_another_version_is_refused_and_changes_nothing(string resource)
    {
        using var client = await system.ManagerAsync();
        var path = $"{resource}/{await client.CreateAsync(resource, new { name = Things.NewName(resource) })}";
        await ChangeAsync(client, path, "second", "\"1\"").BodyAsync();

        await ChangeAsync(client, path, "lost", "\"1\"").ProblemAsync(HttpStatusCode.PreconditionFailed, "version-mismatch");
        await ChangeAsync(client, path, "lost", "W/\"2\"").ProblemAsync(HttpStatusCode.PreconditionFailed, "version-mismatch");
        await ChangeAsync(client, path, "lost", "2").ProblemAsync(HttpStatusCode.PreconditionFailed, "version-mismatch");
        await ChangeAsync(client, path, "lost", "").ProblemAsync(HttpStatusCode.PreconditionFailed, "version-mismatch");
        var read = await client.ReadAsync(path).BodyAsync();

        Assert.Equal("second", read.Text("description"));
        Assert.Equal(2, read.GetProperty("version").GetInt64());
    }

    [Theory]
    [MemberData(nameof(Things.Named), MemberType = typeof(Things))]
    public async Task API_03_A_change_for_any_version_or_one_of_several_or_none_named_is_made(string resource)
    {
        using var client = await system.ManagerAsync();
        var path = $"{resource}/{await client.CreateAsync(resource, new { name = Things.NewName(resource) })}";

        await ChangeAsync(client, path, "second", "*").BodyAsync();
        await ChangeAsync(client, path, "third", "\"7\", \"2\"").BodyAsync();
        var changed = await client.PatchJsonAsync(path, new { description = "fourth" }).BodyAsync();

        Assert.Equal(4, changed.GetProperty("version").GetInt64());
    }

    [Theory]
    [MemberData(nameof(Things.Named), MemberType = typeof(Things))]
    public async Task API_03_A_deletion_for_another_version_is_refused_and_one_for_the_current_is_made(string resource)
    {
        using var client = await system.ManagerAsync();
        var path = $"{resource}/{await client.CreateAsync(resource, new { name = Things.NewName(resource) })}";
        await client.PatchJsonAsync(path, new { description = "second" }).BodyAsync();

        await client.SendAsync("DELETE", path, body: null, ("If-Match", "\"1\"")).ProblemAsync(HttpStatusCode.PreconditionFailed, "version-mismatch");
        await client.ReadAsync(path).BodyAsync();
        await client.SendAsync("DELETE", path, body: null, ("If-Match", "\"2\"")).DoneAsync();
        await client.ReadAsync(path).ProblemAsync(HttpStatusCode.NotFound, $"{Things.Kind(resource)}-not-found");
    }

    private static Task<HttpResponseMessage> ChangeAsync(HttpClient client, string path, string description, string ifMatch) =>
        client.SendAsync("PATCH", path, new { description }, ("If-Match", ifMatch));
}
