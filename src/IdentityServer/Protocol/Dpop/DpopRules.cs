using OpenIddict.Server;
using UserDomain.ServiceDefaults.Dpop;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace UserDomain.IdentityServer.Protocol.Dpop;

/// <summary>Tokens bound to a key of the client (RFC 9449).</summary>
internal static class DpopRules
{
    public static void AddDpop(this OpenIddictServerBuilder server)
    {
        server.Services.AddDpopProofs();

        server.AddEventHandler(ReadProof<ExtractTokenRequestContext>.Descriptor);
        server.AddEventHandler(ReadProof<ExtractPushedAuthorizationRequestContext>.Descriptor);
        server.AddEventHandler(ReadBoundToken.Descriptor);
        server.AddEventHandler(CheckNamedKey.Descriptor);
        server.AddEventHandler(BindPushedRequest.Descriptor);
        server.RemoveEventHandler(OpenIddictServerHandlers.Protection.ValidateProofOfPossession.Descriptor);
        server.AddEventHandler(CheckPossession.Descriptor);
        server.AddEventHandler(RequireProof.Descriptor);
        server.AddEventHandler(TakeProof.Descriptor);
        server.AddEventHandler(BindTokens.Descriptor);
        server.AddEventHandler(NameTokenType.Descriptor);
        server.AddEventHandler(TakeProofOfToken.Descriptor);
        server.AddEventHandler(ChallengeByScheme.Descriptor);
        server.AddEventHandler(TellBinding.Descriptor);
    }
}
