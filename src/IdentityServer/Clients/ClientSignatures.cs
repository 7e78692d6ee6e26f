using UserDomain.IdentityServer.Keys;

namespace UserDomain.IdentityServer.Clients;

/// <summary>The algorithms a client names for what is signed for it alone.</summary>
internal static class ClientSignatures
{
    /// <summary>Each by the member of the description and the setting it is kept in.</summary>
    public static IEnumerable<(string Member, string Setting, string Algorithm)> Of(ClientSpec client) =>
        from named in new (string Member, string Setting, string? Algorithm)[]
        {
            ("idTokenSignedResponseAlg", ClientSettings.IdTokenAlgorithm, client.IdTokenSignedResponseAlg),
            ("userinfoSignedResponseAlg", ClientSettings.UserInfoAlgorithm, client.UserinfoSignedResponseAlg),
            ("introspectionSignedResponseAlg", ClientSettings.IntrospectionAlgorithm, client.IntrospectionSignedResponseAlg),
            ("authorizationSignedResponseAlg", ClientSettings.AuthorizationAlgorithm, client.AuthorizationSignedResponseAlg),
        }
        where named.Algorithm is not null
        select (named.Member, named.Setting, named.Algorithm);

    /// <summary>Every problem, as member and what is wrong with it: there is a key for some algorithms only, and none for <c>none</c>.</summary>
    public static IEnumerable<(string Member, string Problem)> ProblemsOf(ClientSpec client) =>
        from named in Of(client)
        where !KeyKind.SignatureAlgorithms.Contains(named.Algorithm)
        select (named.Member, $"'{named.Algorithm}' is not one of {string.Join(", ", KeyKind.SignatureAlgorithms)}");
}
