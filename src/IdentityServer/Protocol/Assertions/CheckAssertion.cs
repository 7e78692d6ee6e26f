using System.Security.Claims;
using Microsoft.AspNetCore;
using OpenIddict.Server;
using UserDomain.IdentityServer.Clients;
using UserDomain.IdentityServer.Clients.Keys;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace UserDomain.IdentityServer.Protocol.Assertions;

/// <summary>
/// Authenticates a client by its assertion. It stands in the place of the library's steps, which refuse what most clients send, take an assertion
/// any number of times, and wait for keys in a way that blocks threads.
/// </summary>
internal sealed class CheckAssertion(ClientAssertions assertions) : IOpenIddictServerHandler<ProcessAuthenticationContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor
        .CreateBuilder<ProcessAuthenticationContext>()
        .AddFilter<OpenIddictServerHandlerFilters.RequireClientAssertionValidated>()
        .UseScopedHandler<CheckAssertion>()
        .SetOrder(OpenIddictServerHandlers.ValidateClientAssertion.Descriptor.Order)
        .Build();

    public async ValueTask HandleAsync(ProcessAuthenticationContext context)
    {
        if (context.ClientAssertion is not { Length: > 0 } assertion)
        {
            return;
        }

        var (client, problem) = await assertions.CheckAsync(assertion, context.Transaction.GetHttpRequest()!.Path, context.CancellationToken);
        if (client is null)
        {
            context.Reject(Errors.InvalidClient, problem);
        }
        else if (context.ClientId is { Length: > 0 } named && named != client)
        {
            context.Reject(Errors.InvalidClient, "The client_id is not the one of the assertion.");
        }
        else
        {
            context.Request.ClientId = client;
            context.ClientAssertionPrincipal = new(new ClaimsIdentity([new(Claims.Issuer, client), new(Claims.Subject, client)], ClientAuthenticationMethods.PrivateKeyJwt));
        }
    }
}

/// <summary>Takes from a client that is registered for keys nothing else, even if a secret of former times were still known.</summary>
internal sealed class RequireAssertion(ClientManager clients) : IOpenIddictServerHandler<ProcessAuthenticationContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor
        .CreateBuilder<ProcessAuthenticationContext>()
        .AddFilter<OpenIddictServerHandlerFilters.RequireClientIdParameter>()
        .UseScopedHandler<RequireAssertion>()
        .SetOrder(OpenIddictServerHandlers.ValidateClientType.Descriptor.Order + 500)
        .Build();

    public async ValueTask HandleAsync(ProcessAuthenticationContext context)
    {
        if (context.ExtractClientAssertion && context.ClientAssertionPrincipal is null
            && await clients.FindByClientIdAsync(context.ClientId!, context.CancellationToken) is { } client
            && ClientKeySettings.UsesKeys(await clients.GetSettingsAsync(client, context.CancellationToken)))
        {
            context.Reject(Errors.InvalidClient, "The client is registered for private_key_jwt: send a client_assertion.");
        }
    }
}
