using Microsoft.Extensions.Options;
using OpenIddict.Server;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Protocol;

/// <summary>The steps of the protocol, ours and the library's. A new version of the library that adds, moves or drops one has to be read before it is taken.</summary>
public sealed class PipelineTests(RunningSystem system)
{
    [Fact]
    public async Task Every_step_is_where_it_was_when_somebody_last_looked()
    {
        var expected = Repository.PathOf("tests/IdentityServer.Tests/Protocol/pipeline.txt");
        var options = system.PartOf<IOptionsMonitor<OpenIddictServerOptions>>().CurrentValue;
        var steps = options.Handlers
            .GroupBy(step => NameOf(step.ContextType))
            .OrderBy(steps => steps.Key, StringComparer.Ordinal)
            .SelectMany(steps => steps.OrderBy(step => step.Order).ThenBy(LineOf, StringComparer.Ordinal).Select(LineOf).Prepend(steps.Key))
            .ToList();

        var actual = Path.Combine(AppContext.BaseDirectory, "pipeline.txt");
        await File.WriteAllLinesAsync(actual, steps, TestContext.Current.CancellationToken);

        Assert.True(steps.SequenceEqual(await File.ReadAllLinesAsync(expected, TestContext.Current.CancellationToken)), $"Read what has changed, then take it over: diff {expected} {actual}");
    }

    private static string LineOf(OpenIddictServerHandlerDescriptor step)
    {
        var filters = step.FilterTypes.Length == 0 ? "" : $" [{string.Join(' ', step.FilterTypes.Select(NameOf).Order(StringComparer.Ordinal))}]";
        return $"  {step.Order,11} {NameOf(step.ServiceDescriptor.ServiceType)}{filters}";
    }

    private static string NameOf(Type type)
    {
        var name = type.FullName!.Split('`', 2)[0];
        return name[(name.LastIndexOfAny(['.', '+']) + 1)..];
    }
}
