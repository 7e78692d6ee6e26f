using Microsoft.AspNetCore;
using OpenIddict.Server;
using OpenIddict.Server.AspNetCore;
using UserDomain.ServiceDefaults.Authorization;
using UserDomain.ServiceDefaults.Dpop;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace UserDomain.IdentityServer.Protocol.Dpop;

/// <summary>Takes the token at UserInfo by the scheme DPoP, with its proof (RFC 9449 section 7.1). The library knows Bearer alone.</summary>
internal sealed class ReadBoundToken(DpopProofs proofs, DpopNonces nonces) : IOpenIddictServerHandler<ExtractUserInfoRequestContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor
        .CreateBuilder<ExtractUserInfoRequestContext>()
        .UseSingletonHandler<ReadBoundToken>()
        .SetOrder(OpenIddictServerAspNetCoreHandlers.ExtractAccessToken<ExtractUserInfoRequestContext>.Descriptor.Order + 500)
        .Build();

    public async ValueTask HandleAsync(ExtractUserInfoRequestContext context)
    {
        if (TokenScheme.TokenOf(context.Transaction.GetHttpRequest()!) is not { } token)
        {
            return;
        }

        if (context.Request!.AccessToken is not null)
        {
            context.Reject(Errors.InvalidRequest, "Send the access token once, in the Authorization header.");
            return;
        }

        context.Request.AccessToken = token;
        if (await context.Transaction.ReadProofAsync(proofs, nonces, token) is { } refusal)
        {
            context.Reject(refusal);
        }
    }
}

/// <summary>Says at UserInfo which schemes there are, and refuses a proof by 401 (RFC 9449 section 7.1).</summary>
internal sealed class ChallengeByScheme : IOpenIddictServerHandler<ApplyUserInfoResponseContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor
        .CreateBuilder<ApplyUserInfoResponseContext>()
        .UseSingletonHandler<ChallengeByScheme>()
        .SetOrder(OpenIddictServerAspNetCoreHandlers.AttachWwwAuthenticateHeader<ApplyUserInfoResponseContext>.Descriptor.Order + 500)
        .Build();

    public ValueTask HandleAsync(ApplyUserInfoResponseContext context)
    {
        if (context.Response.Error is not { Length: > 0 } error)
        {
            return default;
        }

        var http = context.Transaction.GetHttpRequest()!.HttpContext;
        if (error is DpopErrors.InvalidProof or DpopErrors.UseNonce)
        {
            http.Response.StatusCode = StatusCodes.Status401Unauthorized;
        }

        if (TokenScheme.IsDpop(http.Request))
        {
            var description = context.Response.ErrorDescription?.Replace('"', '\'') ?? "";
            http.Response.Headers.WWWAuthenticate = TokenScheme.Challenge(new(error, description), dpop: true);
        }
        else if (http.Response.StatusCode == StatusCodes.Status401Unauthorized)
        {
            http.Response.Headers.Append(Microsoft.Net.Http.Headers.HeaderNames.WWWAuthenticate, TokenScheme.Dpop);
        }

        return default;
    }
}
