namespace UserDomain.IdentityServer.Protocol.Authorization;

/// <summary>The <c>acr</c> values (OpenID Connect Core 1.0 section 2): how sure we are who signed in.</summary>
internal static class AuthenticationClasses
{
    /// <summary>One factor, such as a password.</summary>
    public const string SingleFactor = "1";

    public static readonly string[] All = [SingleFactor];

    public static string Of(IReadOnlyList<string> methods) => methods.Count > 0 ? SingleFactor : "0";
}
