using System.Collections.Immutable;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace UserDomain.IdentityServer.Protocol.Handlers;

/// <summary>
/// Refuses a parameter that is sent twice (RFC 6749 sections 3.1 and 3.2) or is longer than anybody needs (TOK-14). Only <c>resource</c> and
/// <c>audience</c> may be repeated (RFC 8707 section 2, RFC 8693 section 2.1).
/// </summary>
/// <typeparam name="TContext">The request.</typeparam>
internal sealed class BoundParameters<TContext> : IOpenIddictServerHandler<TContext>
    where TContext : BaseValidatingContext
{
    private const int MaxState = 2048;
    private const int MaxNonce = 256;
    private const int MaxScopes = 50;
    private const int MaxLocales = 10;
    private const int MaxExchangedToken = 8192;

    /// <summary>Before anything else is looked at.</summary>
    public static OpenIddictServerHandlerDescriptor First { get; } = At(int.MinValue + 50_000);

    /// <param name="order">Where in the event.</param>
    public static OpenIddictServerHandlerDescriptor At(int order) => OpenIddictServerHandlerDescriptor
        .CreateBuilder<TContext>()
        .UseSingletonHandler<BoundParameters<TContext>>()
        .SetOrder(order)
        .Build();

    public ValueTask HandleAsync(TContext context)
    {
        if (context.Transaction.Request is { } request && ProblemOf(request) is { } problem)
        {
            context.Reject(Errors.InvalidRequest, problem);
        }

        return default;
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
            { Nonce.Length: > MaxNonce } => $"The parameter 'nonce' has more than {MaxNonce} characters.",
            { SubjectToken.Length: > MaxExchangedToken } => $"The parameter 'subject_token' has more than {MaxExchangedToken} characters.",
            { ActorToken.Length: > MaxExchangedToken } => $"The parameter 'actor_token' has more than {MaxExchangedToken} characters.",
            _ when CountOf(request.Scope) > MaxScopes => $"The parameter 'scope' names more than {MaxScopes} scopes.",
            _ when CountOf(request.UiLocales) > MaxLocales => $"The parameter 'ui_locales' names more than {MaxLocales} languages.",
            _ => null,
        };
    }

    private static int CountOf(string? list) => list?.AsSpan().Count(' ') + 1 ?? 0;
}
