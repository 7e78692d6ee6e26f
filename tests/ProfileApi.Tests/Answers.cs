namespace UserDomain.ProfileApi.Tests;

/// <summary>What tests read from answers.</summary>
internal static class Answers
{
    /// <summary>The body of an answer that has to have a status.</summary>
    public static async Task<JsonElement> BodyAsync(this Task<HttpResponseMessage> request, HttpStatusCode status = HttpStatusCode.OK)
    {
        using var response = await request;
        var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(status == response.StatusCode, $"{(int)response.StatusCode} {body}");
        return JsonSerializer.Deserialize<JsonElement>(body);
    }

    /// <summary>The problem a request was refused with.</summary>
    public static async Task<JsonElement> ProblemAsync(this Task<HttpResponseMessage> request, HttpStatusCode status, string name)
    {
        var problem = await request.BodyAsync(status);
        Assert.Equal("urn:user-domain:problem:" + name, problem.Text("type"));
        Assert.NotEmpty(problem.Text("traceId")!);
        return problem;
    }

    /// <summary>The refusal of one member.</summary>
    public static async Task RefusedAsync(this Task<HttpResponseMessage> request, string member)
    {
        var problem = await request.ProblemAsync(HttpStatusCode.BadRequest, "validation-failed");
        Assert.Contains(member, problem.GetProperty("errors").EnumerateObject().Select(error => error.Name));
    }

    /// <summary>A member that holds text or null.</summary>
    public static string? Text(this JsonElement body, string member) => body.GetProperty(member).GetString();

    /// <summary>The items of a page.</summary>
    public static List<JsonElement> Items(this JsonElement page) => [.. page.GetProperty("items").EnumerateArray()];
}
