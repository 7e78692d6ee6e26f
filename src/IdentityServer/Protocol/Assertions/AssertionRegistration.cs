using OpenIddict.Server;
using UserDomain.IdentityServer.Clients.Keys;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace UserDomain.IdentityServer.Protocol.Assertions;

/// <summary>Authentication of clients by their keys (<c>private_key_jwt</c>).</summary>
internal static class AssertionRegistration
{
    public static void AddClientAssertions(this OpenIddictServerBuilder server)
    {
        server.Services.AddSingleton<AssertionRules>();
        server.Services.AddSingleton<FetchedKeySets>();
        server.Services.AddSingleton<ClientKeys>();
        server.Services.AddScoped<ClientAssertions>();

        server.AddEventHandler(NameClient<ExtractTokenRequestContext>.Descriptor);
        server.AddEventHandler(NameClient<ExtractPushedAuthorizationRequestContext>.Descriptor);
        server.AddEventHandler(NameClient<ExtractDeviceAuthorizationRequestContext>.Descriptor);
        server.AddEventHandler(NameClient<ExtractIntrospectionRequestContext>.Descriptor);
        server.AddEventHandler(NameClient<ExtractRevocationRequestContext>.Descriptor);

        server.RemoveEventHandler(OpenIddictServerHandlers.ValidateClientAssertion.Descriptor);
        server.RemoveEventHandler(OpenIddictServerHandlers.ValidateClientAssertionWellknownClaims.Descriptor);
        server.RemoveEventHandler(OpenIddictServerHandlers.ValidateClientAssertionIssuer.Descriptor);
        server.AddEventHandler(CheckAssertion.Descriptor);
        server.AddEventHandler(RequireAssertion.Descriptor);
    }
}
