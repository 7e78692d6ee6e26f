using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace UserDomain.IdentityServer.Protocol.Assertions;

/// <summary>
/// Takes the name of the client from its assertion where the form has none (RFC 7521 section 4.2), and refuses what no request may have: half of an
/// assertion, one of a kind that is not known, and one beside a secret. The library has no step for that at pushed requests.
/// </summary>
/// <typeparam name="TContext">The request.</typeparam>
internal sealed class NameClient<TContext> : IOpenIddictServerHandler<TContext>
    where TContext : BaseValidatingContext
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor
        .CreateBuilder<TContext>()
        .UseSingletonHandler<NameClient<TContext>>()
        .SetOrder(Handlers.OneClient<TContext>.Descriptor.Order + 50)
        .Build();

    public ValueTask HandleAsync(TContext context)
    {
        if (context.Transaction.Request is not { } request || (request.ClientAssertion is null && request.ClientAssertionType is null))
        {
            return default;
        }

        if (string.IsNullOrEmpty(request.ClientAssertion) || string.IsNullOrEmpty(request.ClientAssertionType))
        {
            context.Reject(Errors.InvalidRequest, "Send client_assertion and client_assertion_type together.");
        }
        else if (!string.IsNullOrEmpty(request.ClientSecret))
        {
            context.Reject(Errors.InvalidRequest, "Send either a client_assertion or a secret.");
        }
        else if (request.ClientAssertionType != ClientAssertionTypes.JwtBearer)
        {
            context.Reject(Errors.InvalidClient, $"The client_assertion_type is not {ClientAssertionTypes.JwtBearer}.");
        }
        else if (string.IsNullOrEmpty(request.ClientId))
        {
            // Whether it is true is found out when the client is authenticated.
            request.ClientId = AssertionDocument.Read(request.ClientAssertion)?.Claims.Iss;
        }

        return default;
    }
}
