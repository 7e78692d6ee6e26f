using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace UserDomain.IdentityServer.Protocol.RequestObjects;

/// <summary>
/// Puts what a request object asks for in the place of all that stands beside it, except who the client is and proves to be (RFC 9101 section 6.3). The
/// library refuses every <c>request</c> that is still there later: none is overlooked.
/// </summary>
/// <typeparam name="TContext">The request.</typeparam>
internal sealed class ReadRequestObject<TContext>(RequestObjects objects) : IOpenIddictServerHandler<TContext>
    where TContext : BaseValidatingContext
{
    private static readonly string[] Outside = [Parameters.ClientId, Parameters.ClientSecret, Parameters.ClientAssertion, Parameters.ClientAssertionType];

    /// <param name="order">Where in the event: after the request was read, and before the next event, which copies its redirect URI.</param>
    public static OpenIddictServerHandlerDescriptor At(int order) => OpenIddictServerHandlerDescriptor
        .CreateBuilder<TContext>()
        .UseScopedHandler<ReadRequestObject<TContext>>()
        .SetOrder(order)
        .Build();

    public async ValueTask HandleAsync(TContext context)
    {
        if (context.Transaction.Request is not { Request.Length: > 0, ClientId.Length: > 0 } request)
        {
            return;
        }

        if (request.RequestUri is not null)
        {
            context.Reject(Errors.InvalidRequest, "Send either request or request_uri.");
            return;
        }

        var (parameters, problem) = await objects.CheckAsync(request.Request, request.ClientId, context.CancellationToken);
        if (parameters is not null)
        {
            context.Transaction.Request = request = Replaced(request, parameters);
        }

        if (problem is null)
        {
            context.Transaction.SetProperty(nameof(SignedRequest), new SignedRequest(null));
        }
        else if (context is ExtractAuthorizationRequestContext && !string.IsNullOrEmpty(request.RedirectUri))
        {
            // The client is told once its redirect URI is known to be its own.
            context.Transaction.SetProperty(nameof(SignedRequest), new SignedRequest(problem));
        }
        else
        {
            context.Reject(Errors.InvalidRequestObject, problem);
        }
    }

    private static OpenIddictRequest Replaced(OpenIddictRequest request, IReadOnlyList<KeyValuePair<string, OpenIddictParameter>> parameters)
    {
        var replaced = new OpenIddictRequest();
        foreach (var (name, value) in parameters.Where(pair => !Outside.Contains(pair.Key)).Concat(request.GetParameters().Where(pair => Outside.Contains(pair.Key))))
        {
            replaced.SetParameter(name, value);
        }

        return replaced;
    }
}

/// <summary>That a request came in a request object.</summary>
/// <param name="Problem">What is wrong with it, if something is.</param>
internal sealed record SignedRequest(string? Problem);
