using UserDomain.Contracts;
using UserDomain.ServiceDefaults.Hosting;

namespace UserDomain.AdminUi.Access;

/// <summary>What the signed-in person may do, for the time of one request.</summary>
/// <param name="Tokens">Their tokens.</param>
/// <param name="Permissions">What the tokens allow.</param>
internal sealed record ConsoleAccess(TokenSet Tokens, IReadOnlySet<string> Permissions)
{
    private static readonly string[] AdministrativeReads = [Scopes.UsersRead, Scopes.RolesRead, Scopes.SessionsRead, Scopes.AuditRead];

    /// <summary>Whether an API refused a token: the session was closed since it was issued.</summary>
    public bool Refused { get; set; }

    /// <summary>Whether there is anything in the console for this person.</summary>
    public bool IsAdministrator => AdministrativeReads.Any(Can);

    /// <summary>Whether to show what needs a permission. The API decides again at every call.</summary>
    public bool Can(string permission) => Permissions.Contains(permission);
}

/// <summary>Says which permission a page is of no use without.</summary>
/// <param name="permission">One of <see cref="Scopes"/>.</param>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class RequiresAttribute(string permission) : Attribute
{
    public string Permission { get; } = permission;
}

internal static class ConsoleAccessRegistration
{
    public static void AddConsoleAccess(this IServiceCollection services)
    {
        services.AddSingleton<TokenStore>();
        services.AddSingleton<TokenEndpoint>();
        services.AddSingleton<TokenRenewal>();
        services.AddSingleton<ISessionLock>(provider =>
            provider.GetService<RedisConnection>() is { } redis ? new RedisSessionLock(redis) : new ProcessSessionLock());
    }
}
