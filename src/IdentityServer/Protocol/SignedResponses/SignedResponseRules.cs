namespace UserDomain.IdentityServer.Protocol.SignedResponses;

/// <summary>What is signed for one client.</summary>
internal static class SignedResponseRules
{
    public static void AddSignedResponses(this OpenIddictServerBuilder server)
    {
        server.Services.AddScoped<ResponseSigner>();
    }
}
