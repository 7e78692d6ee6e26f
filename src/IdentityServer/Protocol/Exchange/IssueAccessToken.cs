using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace UserDomain.IdentityServer.Protocol.Exchange;

/// <summary>
/// Makes what an exchange issues the way every access token is made, so that each rule for those holds for it too, and no refresh token. The
/// library has a way of its own for it.
/// </summary>
internal sealed class IssueAccessToken : IOpenIddictServerHandler<ProcessSignInContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor
        .CreateBuilder<ProcessSignInContext>()
        .UseSingletonHandler<IssueAccessToken>()
        .SetOrder(OpenIddictServerHandlers.EvaluateGeneratedTokens.Descriptor.Order + 500)
        .Build();

    public static bool IsExchange(ProcessSignInContext context) =>
        context.EndpointType == OpenIddictServerEndpointType.Token && context.Request.IsTokenExchangeGrantType();

    public ValueTask HandleAsync(ProcessSignInContext context)
    {
        if (IsExchange(context))
        {
            (context.GenerateAccessToken, context.IncludeAccessToken) = (true, true);
            (context.GenerateIssuedToken, context.IncludeIssuedToken) = (false, false);
            (context.GenerateRefreshToken, context.IncludeRefreshToken) = (false, false);
        }

        return default;
    }
}

/// <summary>Says what was issued (RFC 8693 section 2.2.1).</summary>
internal sealed class NameIssuedType : IOpenIddictServerHandler<ProcessSignInContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor
        .CreateBuilder<ProcessSignInContext>()
        .UseSingletonHandler<NameIssuedType>()
        .SetOrder(OpenIddictServerHandlers.AttachSignInParameters.Descriptor.Order + 600)
        .Build();

    public ValueTask HandleAsync(ProcessSignInContext context)
    {
        if (IssueAccessToken.IsExchange(context))
        {
            context.Response.IssuedTokenType = TokenTypeIdentifiers.AccessToken;
        }

        return default;
    }
}

/// <summary>Refuses a token that is not good as RFC 8693 section 2.2.2 says; the library would answer as for a grant.</summary>
internal sealed class NameExchangeError : IOpenIddictServerHandler<ApplyTokenResponseContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor
        .CreateBuilder<ApplyTokenResponseContext>()
        .UseSingletonHandler<NameExchangeError>()
        .SetOrder(OpenIddictServerHandlers.Exchange.NormalizeErrorResponse.Descriptor.Order - 500)
        .Build();

    public ValueTask HandleAsync(ApplyTokenResponseContext context)
    {
        if (context.Response.Error == Errors.InvalidToken && context.Request?.IsTokenExchangeGrantType() == true)
        {
            context.Response.Error = Errors.InvalidRequest;
        }

        return default;
    }
}
