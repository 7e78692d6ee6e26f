using System.Globalization;
using System.Text.RegularExpressions;
using UserDomain.Contracts;

namespace UserDomain.Replicas.Tests;

/// <summary>What operators ask a replica, beside the gateway.</summary>
public sealed class OperationsTests(ReplicatedSystem system)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string> Replicas { get; } = [.. Services.All.Select(service => $"{Names.Host(service)}-2")];

    [Theory]
    [MemberData(nameof(Replicas))]
    public async Task REL_05_Every_replica_tells_its_health_in_detail_and_its_metrics(string replica)
    {
        using var client = system.Operator(replica);

        var health = await client.GetAsync(new Uri("health", UriKind.Relative), Cancellation).BodyAsync();
        Assert.Equal("healthy", health.Text("status"));
        Assert.Contains(health.GetProperty("checks").EnumerateArray(), check => (check.Text("name"), check.Text("status")) == ("not draining", "healthy"));

        var metrics = await client.GetStringAsync(new Uri("metrics", UriKind.Relative), Cancellation);
        // The gateway asks for it once a second.
        Assert.Matches("""http_server_request_duration_seconds_count\{[^}]*http_route="/health/ready"[^}]*\} [1-9]""", metrics);
        Assert.Contains("dotnet_process_memory_working_set", metrics, StringComparison.Ordinal);
        if (!replica.StartsWith("admin-ui", StringComparison.Ordinal))
        {
            var age = Regex.Match(metrics, "^user_domain_revocations_age_seconds(?:{[^}]*})? ([0-9.e-]+)", RegexOptions.Multiline);
            Assert.InRange(double.Parse(age.Groups[1].Value, CultureInfo.InvariantCulture), 0, 10);
        }
    }

    [Fact]
    public async Task What_operators_ask_is_nowhere_else_and_nothing_else_is_there()
    {
        using var client = system.Operator("identity-server-2");
        using var people = system.Client();

        using var page = await client.GetAsync(new Uri("account/sign-in", UriKind.Relative), Cancellation);
        using var metrics = await people.GetAsync(new Uri("metrics", UriKind.Relative), Cancellation);

        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (page.StatusCode, metrics.StatusCode));
    }
}
