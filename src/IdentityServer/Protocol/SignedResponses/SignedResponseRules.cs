namespace UserDomain.IdentityServer.Protocol.SignedResponses;

/// <summary>Answers as JWTs: of UserInfo (OpenID Connect Core 1.0 section 5.3.2), introspection (RFC 9701) and the authorization endpoint (JARM).</summary>
internal static class SignedResponseRules
{
    public static void AddSignedResponses(this OpenIddictServerBuilder server)
    {
        server.Services.AddScoped<ResponseSigner>();

        server.AddEventHandler(AnswerIntrospectionByJwt.Descriptor);
        server.AddEventHandler(SignAuthorizationResponse.Descriptor);
        server.Configure(options => options.ResponseModes.UnionWith(SignAuthorizationResponse.Modes.Keys));
    }
}
