using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace UserDomain.IdentityServer.Protocol.Authorization;

/// <summary>
/// What <c>prompt</c> may ask for (OpenID Connect Core 1.0 section 3.1.2.1). Not <c>create</c>: people do not register themselves here, and who does
/// not offer it says so (Initiating User Registration via OpenID Connect 1.0 section 4.1.1).
/// </summary>
internal static class SupportedPrompts
{
    /// <summary>The values.</summary>
    public static IReadOnlyList<string> All { get; } = [PromptValues.None, PromptValues.Login, PromptValues.Consent, PromptValues.SelectAccount];
}

/// <summary>Refuses any other value, and says which there are.</summary>
/// <typeparam name="TContext">The request: sent by a browser, or pushed.</typeparam>
internal sealed class RefuseUnknownPrompt<TContext> : IOpenIddictServerHandler<TContext>
    where TContext : BaseValidatingContext
{
    /// <param name="builtIn">Order of the step it comes before.</param>
    public static OpenIddictServerHandlerDescriptor Before(int builtIn) => OpenIddictServerHandlerDescriptor
        .CreateBuilder<TContext>()
        .UseSingletonHandler<RefuseUnknownPrompt<TContext>>()
        .SetOrder(builtIn - 5)
        .Build();

    public ValueTask HandleAsync(TContext context)
    {
        if (context.Transaction.Request is { } request && request.GetPromptValues().Any(value => !SupportedPrompts.All.Contains(value)))
        {
            context.Reject(Errors.InvalidRequest, $"The parameter 'prompt' may hold {string.Join(", ", SupportedPrompts.All)} and nothing else.");
        }

        return default;
    }
}
