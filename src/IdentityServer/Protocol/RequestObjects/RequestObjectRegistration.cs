using OpenIddict.Server.AspNetCore;
using UserDomain.IdentityServer.Protocol.Assertions;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace UserDomain.IdentityServer.Protocol.RequestObjects;

/// <summary>Authorization requests as signed JWTs, by value (RFC 9101): at the authorization endpoint and among pushed ones.</summary>
internal static class RequestObjectRegistration
{
    public static void AddRequestObjects(this OpenIddictServerBuilder server)
    {
        server.Services.AddSingleton<RequestObjectRules>();
        server.Services.AddScoped<RequestObjects>();

        server.AddEventHandler(ReadRequestObject<ExtractAuthorizationRequestContext>.At(
            OpenIddictServerAspNetCoreHandlers.ExtractGetOrPostRequest<ExtractAuthorizationRequestContext>.Descriptor.Order + 600));
        server.AddEventHandler(ReadRequestObject<ExtractPushedAuthorizationRequestContext>.At(NameClient<ExtractPushedAuthorizationRequestContext>.Descriptor.Order + 20));
        server.AddEventHandler(CheckRequestObject.Descriptor);
        server.AddEventHandler(RequireRequestObject.Descriptor);
    }
}
