using System.Collections.Frozen;
using System.Text.Json;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using OpenIddict.Server.AspNetCore;
using UserDomain.IdentityServer.Clients;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace UserDomain.IdentityServer.Protocol.SignedResponses;

/// <summary>
/// Makes all that a client is answered, a refusal as well, one signed parameter, where it asked for that (JWT Secured Authorization Response Mode
/// section 2). How that parameter travels is what comes after.
/// </summary>
internal sealed class SignAuthorizationResponse(ResponseSigner signer, TimeProvider time) : IOpenIddictServerHandler<ApplyAuthorizationResponseContext>
{
    // A browser brings the answer at once; section 2.1 allows ten minutes.
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    /// <summary>The modes (section 2.3), and how their one parameter travels.</summary>
    public static readonly FrozenDictionary<string, string> Modes = new Dictionary<string, string>
    {
        ["jwt"] = ResponseModes.Query,
        ["query.jwt"] = ResponseModes.Query,
        ["fragment.jwt"] = ResponseModes.Fragment,
        ["form_post.jwt"] = ResponseModes.FormPost,
    }.ToFrozenDictionary();

    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor
        .CreateBuilder<ApplyAuthorizationResponseContext>()
        .UseScopedHandler<SignAuthorizationResponse>()
        .SetOrder(OpenIddictServerAspNetCoreHandlers.Authentication.ProcessSelfRedirection.Descriptor.Order - 500)
        .Build();

    public async ValueTask HandleAsync(ApplyAuthorizationResponseContext context)
    {
        if (string.IsNullOrEmpty(context.RedirectUri) || context.ResponseMode is null || !Modes.TryGetValue(context.ResponseMode, out var mode))
        {
            return;
        }

        var client = context.Request!.ClientId!;
        var key = await signer.KeyAsync(client, ClientSettings.AuthorizationAlgorithm, context.CancellationToken);
        var claims = JsonSerializer.SerializeToNode(context.Response)!.AsObject();
        claims[Claims.ExpiresAt] = (time.GetUtcNow() + Lifetime).ToUnixTimeSeconds();
        context.Transaction.Response = new OpenIddictResponse { ["response"] = signer.Sign(claims, client, key) };
        context.ResponseMode = mode;
    }
}
