using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;

namespace UserDomain.ServiceDefaults.Hosting;

/// <summary>Values that hold where nobody sets another.</summary>
public static class DefaultSettings
{
    /// <summary>How much is logged: one's own words, and of the framework's only warnings.</summary>
    public static readonly IReadOnlyDictionary<string, string?> Logging = new Dictionary<string, string?>
    {
        ["Logging:LogLevel:Microsoft.AspNetCore"] = "Warning",
        // Whoever asked in vain says so, once; this would say it for every attempt, with the stack.
        ["Logging:LogLevel:Polly"] = "Critical",
        ["Logging:LogLevel:Microsoft.EntityFrameworkCore"] = "Warning",
        ["Logging:LogLevel:OpenIddict"] = "Warning",
        // A failed start is one line on the error stream already; failed background work is logged as critical.
        ["Logging:LogLevel:Microsoft.Extensions.Hosting.Internal.Host"] = "Critical",
    };

    /// <summary>Adds values every other source overrides.</summary>
    public static void AddDefaults(this ConfigurationManager configuration, IEnumerable<KeyValuePair<string, string?>> defaults) =>
        configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = defaults });
}
