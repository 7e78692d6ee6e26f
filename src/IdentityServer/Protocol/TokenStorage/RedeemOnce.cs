using System.Security.Claims;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using UserDomain.IdentityServer.Clients;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace UserDomain.IdentityServer.Protocol.TokenStorage;

/// <summary>
/// Marks a code, of a browser or a device, a refresh token or a pushed request as used (TOK-04, TOK-05, TOK-10). It stands in the place of the built-in step, which lets
/// parallel requests with one refresh token all win: here <see cref="WriteTokens"/> lets only one of them through.
/// </summary>
internal sealed class RedeemOnce(TokenRows tokens, ClientManager clients) : IOpenIddictServerHandler<ProcessSignInContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor
        .CreateBuilder<ProcessSignInContext>()
        .UseScopedHandler<RedeemOnce>()
        .SetOrder(OpenIddictServerHandlers.RedeemTokenEntry.Descriptor.Order)
        .Build();

    public async ValueTask HandleAsync(ProcessSignInContext context)
    {
        if (PrincipalOf(context) is not { } principal || await StaysAsync(context))
        {
            return;
        }

        var id = principal.GetTokenId() ?? throw new InvalidOperationException("A token without a row cannot be redeemed once.");
        if (await tokens.FindAsync(Guid.Parse(id), context.CancellationToken) is not { Token.Status: Statuses.Valid } token)
        {
            // An honest double click ends here without ending the grant.
            TokenUsed.Reject(context);
            return;
        }

        tokens.Use(token, Statuses.Redeemed);
    }

    // What KeepRefreshToken gives back is not used up.
    private async ValueTask<bool> StaysAsync(ProcessSignInContext context) => context.EndpointType == OpenIddictServerEndpointType.Token
        && context.Request.IsRefreshTokenGrantType() && await clients.IsFapi2Async(context.Request.ClientId, context.CancellationToken);

    private static ClaimsPrincipal? PrincipalOf(ProcessSignInContext context) => context.EndpointType switch
    {
        OpenIddictServerEndpointType.Token when context.Request.IsAuthorizationCodeGrantType() || context.Request.IsDeviceCodeGrantType() || context.Request.IsRefreshTokenGrantType() =>
            context.Principal,
        OpenIddictServerEndpointType.Authorization =>
            context.Transaction.GetProperty<ProcessAuthenticationContext>(typeof(ProcessAuthenticationContext).FullName!)?.RequestTokenPrincipal,
        _ => null,
    };
}

/// <summary>The answer to who comes with a token that somebody else was faster with.</summary>
internal static class TokenUsed
{
    public static void Reject(ProcessSignInContext context) => context.Reject(
        context.EndpointType == OpenIddictServerEndpointType.Token ? Errors.InvalidGrant : Errors.InvalidRequestUri,
        "The token was used already.");
}
