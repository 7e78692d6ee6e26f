using System.Collections.Immutable;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using UserDomain.IdentityServer.Clients;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace UserDomain.IdentityServer.Protocol.Handlers;

/// <summary>
/// Refuses a parameter that is sent twice (RFC 6749 sections 3.1 and 3.2) or is longer than anybody needs (TOK-14). Only <c>resource</c> and
/// <c>audience</c> may be repeated (RFC 8707 section 2, RFC 8693 section 2.1).
/// </summary>
/// <typeparam name="TContext">The request.</typeparam>
internal sealed class BoundParameters<TContext>(ClientManager clients) : IOpenIddictServerHandler<TContext>
    where TContext : BaseValidatingContext
{
    private const int MaxState = 2048;
    private const int MaxNonce = 256;

    // The suite for FAPI 2.0 sends so many.
    private const int MaxFapi2Nonce = 384;
    private const int MaxScopes = 50;
    private const int MaxLocales = 10;
    private const int MaxExchangedToken = 8192;

    /// <summary>Before anything else is looked at.</summary>
    public static OpenIddictServerHandlerDescriptor First { get; } = At(int.MinValue + 50_000);

    /// <param name="order">Where in the event.</param>
    public static OpenIddictServerHandlerDescriptor At(int order) => OpenIddictServerHandlerDescriptor
        .CreateBuilder<TContext>()
        .UseScopedHandler<BoundParameters<TContext>>()
        .SetOrder(order)
        .Build();

    public async ValueTask HandleAsync(TContext context)
    {
        if (context.Transaction.Request is { } request && (ProblemOf(request) ?? await ProblemOfNonceAsync(request, context.CancellationToken)) is { } problem)
        {
            context.Reject(Errors.InvalidRequest, problem);
        }
    }

    private async ValueTask<string?> ProblemOfNonceAsync(OpenIddictRequest request, CancellationToken cancellationToken)
    {
        if (request.Nonce is not { Length: > MaxNonce } nonce)
        {
            return null;
        }

        var most = await clients.IsFapi2Async(request.ClientId, cancellationToken) ? MaxFapi2Nonce : MaxNonce;
        return nonce.Length > most ? $"The parameter 'nonce' has more than {most} characters." : null;
    }

    private static string? ProblemOf(OpenIddictRequest request)
    {
        foreach (var (name, value) in request.GetParameters())
        {
            if (name is not (Parameters.Resource or Parameters.Audience) && ((ImmutableArray<string?>?)value)?.Length > 1)
            {
                return $"The parameter '{name}' is repeated.";
            }
        }

        return request switch
        {
            { State.Length: > MaxState } => $"The parameter 'state' has more than {MaxState} characters.",
            { SubjectToken.Length: > MaxExchangedToken } => $"The parameter 'subject_token' has more than {MaxExchangedToken} characters.",
            { ActorToken.Length: > MaxExchangedToken } => $"The parameter 'actor_token' has more than {MaxExchangedToken} characters.",
            // The library takes "code code" for "code" until it has to answer, and fails then.
            { ResponseType: { } types } when types.Split(' ') is var each && each.Distinct().Count() < each.Length => "The parameter 'response_type' names a type twice.",
            _ when CountOf(request.Scope) > MaxScopes => $"The parameter 'scope' names more than {MaxScopes} scopes.",
            _ when CountOf(request.UiLocales) > MaxLocales => $"The parameter 'ui_locales' names more than {MaxLocales} languages.",
            _ => null,
        };
    }

    private static int CountOf(string? list) => list?.AsSpan().Count(' ') + 1 ?? 0;
}
