namespace UserDomain.Replicas.Tests;

/// <summary>What a service is called outside of our code.</summary>
internal static class Names
{
    /// <summary>As a host and an image: <c>role-api</c>.</summary>
    public static string Host(string service) => JsonNamingPolicy.KebabCaseLower.ConvertName(service);

    /// <summary>As a login: <c>role_api</c>.</summary>
    public static string Login(string service) => JsonNamingPolicy.SnakeCaseLower.ConvertName(service);

    /// <summary>As the beginning of a variable: <c>ROLE_API</c>.</summary>
    public static string Variable(string service) => JsonNamingPolicy.SnakeCaseUpper.ConvertName(service);
}
