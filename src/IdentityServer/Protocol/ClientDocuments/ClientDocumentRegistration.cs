using OpenIddict.Server.AspNetCore;
using UserDomain.IdentityServer.Protocol.Assertions;
using UserDomain.IdentityServer.Pruning;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace UserDomain.IdentityServer.Protocol.ClientDocuments;

/// <summary>Clients that nobody registered and a document describes (Client ID Metadata Document), at every endpoint where codes and their tokens come from.</summary>
internal static class ClientDocumentRegistration
{
    public static void AddClientDocuments(this OpenIddictServerBuilder server)
    {
        server.Services.AddSingleton<DocumentBudget>();
        server.Services.AddSingleton<DocumentFetcher>();
        server.Services.AddSingleton<ClientDocuments>();
        server.Services.AddScoped<DocumentStore>();
        server.Services.AddSingleton(new PruneStep("clients that documents describe", DocumentStore.PruneAsync));

        server.AddEventHandler(ReadClientDocument<ExtractAuthorizationRequestContext>.At(
            OpenIddictServerAspNetCoreHandlers.ExtractGetOrPostRequest<ExtractAuthorizationRequestContext>.Descriptor.Order + 550));
        server.AddEventHandler(ReadClientDocument<ExtractPushedAuthorizationRequestContext>.At(NameClient<ExtractPushedAuthorizationRequestContext>.Descriptor.Order + 10));
        server.AddEventHandler(ReadClientDocument<ExtractTokenRequestContext>.At(NameClient<ExtractTokenRequestContext>.Descriptor.Order + 10));
        server.AddEventHandler(ReadClientDocument<ExtractIntrospectionRequestContext>.At(NameClient<ExtractIntrospectionRequestContext>.Descriptor.Order + 10));
        server.AddEventHandler(ReadClientDocument<ExtractRevocationRequestContext>.At(NameClient<ExtractRevocationRequestContext>.Descriptor.Order + 10));
    }
}
