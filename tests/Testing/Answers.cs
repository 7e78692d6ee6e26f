using System.Net;
using System.Text.Json;
using UserDomain.Contracts;
using Xunit;

namespace UserDomain.Testing;

/// <summary>What tests read from answers.</summary>
public static class Answers
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

    /// <summary>
    /// What a refused caller is told in <c>WWW-Authenticate</c>, without where the metadata of the resource is, which every challenge of an API has to
    /// end with (RFC 9728 section 5.1).
    /// </summary>
    public static string Challenge(this HttpResponseMessage answer)
    {
        var url = answer.RequestMessage!.RequestUri!;
        var path = string.Concat(url.Segments.Take(4)).TrimEnd('/');
        var metadata = $"resource_metadata=\"{url.GetLeftPart(UriPartial.Authority)}/.well-known/oauth-protected-resource{path}\"";
        Assert.All(answer.Headers.WwwAuthenticate, challenge => Assert.EndsWith(metadata, challenge.Parameter, StringComparison.Ordinal));
        return string.Join(", ", answer.Headers.WwwAuthenticate.Select(challenge => challenge.ToString()[..^metadata.Length].TrimEnd(' ', ',')));
    }

    /// <summary>A member that holds text or null.</summary>
    public static string? Text(this JsonElement body, string member) => body.GetProperty(member).GetString();

    /// <summary>The items of a page.</summary>
    public static List<JsonElement> Items(this JsonElement page) => [.. page.GetProperty("items").EnumerateArray()];

    /// <summary>The newest event of a type the audit trail has about something, once it has one.</summary>
    public static Task<JsonElement> EventAsync(this RunningSystem system, Guid target, string type) => system.EventAsync(target.ToString(), type);

    /// <summary>The newest event of a type the audit trail has about something, once it has one.</summary>
    public static async Task<JsonElement> EventAsync(this RunningSystem system, string target, string type)
    {
        using var auditor = await system.ClientWithAsync([Scopes.AuditRead]);
        return await auditor.EventAsync(target, type);
    }

    /// <summary>The same, as who may read the audit trail.</summary>
    public static async Task<JsonElement> EventAsync(this HttpClient auditor, string target, string type)
    {
        for (var attempt = 0; ; attempt++)
        {
            var page = await auditor.GetAsync(new Uri($"api/v1/audit-events?target={target}&type={type}", UriKind.Relative), TestContext.Current.CancellationToken).BodyAsync();
            if (page.Items() is [var found, ..])
            {
                AssertRegistered(found);
                return found;
            }

            Assert.True(attempt < 100, $"No event {type} of {target} within 10 s.");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TestContext.Current.CancellationToken);
        }
    }

    // AUD-01: an event has what the registry says, so that nothing gets into the trail that nobody has thought of.
    private static void AssertRegistered(JsonElement found)
    {
        if (AuditEventRegistry.Find(found.Text("type")!) is { } type)
        {
            Assert.Contains(found.GetProperty("target").Text("type"), type.Target.Split(" or "));
            Assert.Empty(new[] { "before", "after" }.Select(found.GetProperty).Where(state => state.ValueKind == JsonValueKind.Object)
                .SelectMany(state => state.EnumerateObject().Select(member => member.Name)).Except([.. type.Plain, .. type.Personal]));
        }
    }
}
