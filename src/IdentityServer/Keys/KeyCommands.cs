using System.Globalization;
using Microsoft.Extensions.Options;
using UserDomain.IdentityStore.Keys;

namespace UserDomain.IdentityServer.Keys;

/// <summary>What an operator can do to the ring. None of it prints more of a key than everybody may know.</summary>
internal static class KeyCommands
{
    public static async Task ListAsync(IServiceProvider services, string? argument, TextWriter output, CancellationToken cancellationToken)
    {
        var keys = services.GetRequiredService<KeyStore>();
        var settings = services.GetRequiredService<IOptions<KeySettings>>().Value;
        foreach (var (key, state) in (await keys.ReadAsync(cancellationToken)).At(keys.Now))
        {
            await output.WriteLineAsync(Line(key, state, settings));
        }
    }

    public static async Task RotateAsync(IServiceProvider services, string? argument, TextWriter output, CancellationToken cancellationToken)
    {
        await services.GetRequiredService<KeyRotation>().HastenAsync(cancellationToken);
        await ListAsync(services, argument, output, cancellationToken);
    }

    public static async Task RetireAsync(IServiceProvider services, string? argument, TextWriter output, CancellationToken cancellationToken)
    {
        await services.GetRequiredService<KeyRetirement>().WithdrawAsync(argument!, cancellationToken);
        await output.WriteLineAsync($"{argument} is withdrawn: within five seconds nobody publishes or accepts it");
        await ListAsync(services, argument, output, cancellationToken);
    }

    private static string Line(ServerKey key, KeyState state, KeySettings settings)
    {
        var until = key.RetiredAt + settings.KeptOf(key.Use);
        var when = until is null ? $"used from {Text(key.ActiveFrom)}" : $"kept until {Text(until.Value)}";
        return $"{key.Id}  {key.Algorithm,-6}  {state.ToString().ToLowerInvariant(),-7}  {when}";
    }

    private static string Text(DateTimeOffset time) => time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
