using UserDomain.LoadDriver;
using UserDomain.LoadDriver.Scenarios;
using UserDomain.LoadDriver.Servers;

var settings = Settings.Read();
await using var installation = new Installation(settings);
var all = Catalogue.Of(installation, settings);
if (args.Except(all.Select(scenario => scenario.Name)).ToList() is { Count: > 0 } unknown)
{
    await Console.Error.WriteLineAsync($"There is no scenario {string.Join(", ", unknown)}, only these: {string.Join(' ', all.Select(scenario => scenario.Name))}");
    return 2;
}

var chosen = all.Where(scenario => args.Length == 0 || args.Contains(scenario.Name)).ToList();
await installation.StartAsync(chosen.SelectMany(scenario => scenario.Servers));
Report.PrintHead(settings);
var failed = false;
foreach (var scenario in chosen)
{
    failed |= !await scenario.RunAsync(settings);
}

return failed ? 1 : 0;
