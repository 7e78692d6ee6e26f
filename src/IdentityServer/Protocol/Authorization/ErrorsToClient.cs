using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;
using static OpenIddict.Server.OpenIddictServerHandlers.Authentication;

namespace UserDomain.IdentityServer.Protocol.Authorization;

/// <summary>
/// What is wrong with a request its client is told, once it is known that the redirect URI is the client's own (RFC 6749 section 4.1.2.1). By
/// itself the library shows it to the person, who can do nothing about it.
/// </summary>
internal static class ErrorsToClient
{
    // The built-in steps that come before the redirect URI is looked at, and say something only the client can mend.
    private static readonly OpenIddictServerHandlerDescriptor[] Later =
    [
        ValidateRequestUriParameter.Descriptor,
        ValidateRequestParameter.Descriptor,
        ValidateResponseTypeParameter.Descriptor,
        ValidateResponseType.Descriptor,
        ValidateScopeParameter.Descriptor,
        ValidateNonceParameter.Descriptor,
        ValidatePromptParameter.Descriptor,
        ValidateProofKeyForCodeExchangeParameters.Descriptor,
    ];

    /// <summary>The first order at which a refusal reaches the client.</summary>
    public static int FirstOrder { get; } = ValidateClientRedirectUri.Descriptor.Order + 100;

    public static void AddErrorsToClient(this OpenIddictServerBuilder server)
    {
        server.AddEventHandler(RememberRedirectUri.Descriptor);
        server.AddEventHandler(AnswerThere.Descriptor);
        server.Services.PostConfigure<OpenIddictServerOptions>(options =>
        {
            var order = FirstOrder + 10;
            foreach (var step in Later)
            {
                options.Handlers.RemoveAll(known => known.ServiceDescriptor.ServiceType == step.ServiceDescriptor.ServiceType);
                var moved = OpenIddictServerHandlerDescriptor.CreateBuilder<ValidateAuthorizationRequestContext>().Import(step).SetOrder(order++).Build();
                options.Handlers.Insert(options.Handlers.FindIndex(known => known.Order > moved.Order), moved);
            }
        });
    }

    private sealed class RememberRedirectUri : IOpenIddictServerHandler<ValidateAuthorizationRequestContext>
    {
        public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor
            .CreateBuilder<ValidateAuthorizationRequestContext>()
            .UseSingletonHandler<RememberRedirectUri>()
            .SetOrder(FirstOrder - 10)
            .Build();

        public ValueTask HandleAsync(ValidateAuthorizationRequestContext context)
        {
            context.Transaction.SetProperty(nameof(ErrorsToClient), context.RedirectUri);
            return default;
        }
    }

    private sealed class AnswerThere : IOpenIddictServerHandler<ApplyAuthorizationResponseContext>
    {
        public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor
            .CreateBuilder<ApplyAuthorizationResponseContext>()
            .UseSingletonHandler<AnswerThere>()
            .SetOrder(AttachRedirectUri.Descriptor.Order + 500)
            .Build();

        public ValueTask HandleAsync(ApplyAuthorizationResponseContext context)
        {
            context.RedirectUri ??= context.Transaction.GetProperty<string>(nameof(ErrorsToClient));
            return default;
        }
    }
}
