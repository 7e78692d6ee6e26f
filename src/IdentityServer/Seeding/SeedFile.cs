using System.Text.Json;
using System.Text.Json.Serialization;
using UserDomain.IdentityServer.Clients;
using UserDomain.ServiceDefaults.Hosting;

namespace UserDomain.IdentityServer.Seeding;

/// <summary>A declarative set-up: what shall exist after the start.</summary>
internal sealed record SeedFile
{
    public IReadOnlyList<ClientSpec> Clients { get; init; } = [];

    public IReadOnlyList<SeedPermission> Permissions { get; init; } = [];

    public IReadOnlyList<SeedRole> Roles { get; init; } = [];

    public IReadOnlyList<SeedGroup> Groups { get; init; } = [];

    public IReadOnlyList<SeedUser> Users { get; init; } = [];

    private const int MaxBytes = 16 * 1024 * 1024;

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        AllowTrailingCommas = true,
        ReadCommentHandling = JsonCommentHandling.Skip,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
        MaxDepth = 16,
    };

    /// <summary>Reads a file; nothing is applied yet.</summary>
    /// <exception cref="StartupException">It is missing, too large, not JSON, or has a member that is unknown or of the wrong type; names line and path.</exception>
    public static SeedFile Read(string path)
    {
        try
        {
            if (new FileInfo(path).Length > MaxBytes)
            {
                throw new StartupException($"The seed file '{path}' is larger than {MaxBytes / 1024 / 1024} MiB: import users through the API instead");
            }

            return JsonSerializer.Deserialize<SeedFile>(File.ReadAllBytes(path), Options)
                ?? throw new StartupException($"The seed file '{path}' holds null: it must hold an object");
        }
        catch (JsonException exception)
        {
            throw new StartupException(
                $"The seed file '{path}' is not valid at line {exception.LineNumber + 1}, {exception.Path ?? "$"}: {exception.Message.Split(" Path:", 2)[0]}", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"The seed file '{path}' cannot be read: {exception.Message}", exception);
        }
    }
}

internal sealed record SeedPermission(string Name, string Description = "");

internal sealed record SeedRole(string Name)
{
    public string Description { get; init; } = "";

    public IReadOnlyList<string> Permissions { get; init; } = [];

    public IReadOnlyList<string> Includes { get; init; } = [];

    public int? SessionIdleTimeout { get; init; }

    public int? SessionLifetime { get; init; }
}

internal sealed record SeedGroup(string Name)
{
    public string Description { get; init; } = "";

    public IReadOnlyList<string> Roles { get; init; } = [];
}

internal sealed record SeedUser(string Email)
{
    public bool EmailVerified { get; init; }

    public string? UserName { get; init; }

    public string? DisplayName { get; init; }

    public string? GivenName { get; init; }

    public string? FamilyName { get; init; }

    public string? Locale { get; init; }

    public string? ZoneInfo { get; init; }

    public string? Password { get; init; }

    public string? PasswordHash { get; init; }

    public IReadOnlyList<string> Roles { get; init; } = [];

    public IReadOnlyList<string> Groups { get; init; } = [];

    public IReadOnlyDictionary<string, string> Attributes { get; init; } = new Dictionary<string, string>();
}
