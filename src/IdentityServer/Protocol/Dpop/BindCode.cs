using System.Buffers.Text;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using UserDomain.ServiceDefaults.Dpop;
using UserDomain.ServiceDefaults.Replays;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace UserDomain.IdentityServer.Protocol.Dpop;

/// <summary>The key an authorization request may name, by which alone its code can be redeemed (RFC 9449 section 10).</summary>
internal static class BindCode
{
    /// <summary>The request's parameter, and the claim a code keeps it in.</summary>
    public const string Parameter = "dpop_jkt";

    private const int ThumbprintBytes = 32;

    /// <summary>Whether the request names no key, or names one as it has to.</summary>
    public static bool IsWellFormed(OpenIddictRequest request) =>
        (string?)request[Parameter] is not { } thumbprint || (Base64Url.IsValid(thumbprint, out var bytes) && bytes == ThumbprintBytes);
}

/// <summary>Refuses an authorization request that names no key one could have.</summary>
internal sealed class CheckNamedKey : IOpenIddictServerHandler<ValidateAuthorizationRequestContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor
        .CreateBuilder<ValidateAuthorizationRequestContext>()
        .UseSingletonHandler<CheckNamedKey>()
        .SetOrder(Authorization.ErrorsToClient.FirstOrder + 5)
        .Build();

    public ValueTask HandleAsync(ValidateAuthorizationRequestContext context)
    {
        if (!BindCode.IsWellFormed(context.Request))
        {
            context.Reject(Errors.InvalidRequest, "The dpop_jkt is not a SHA-256 thumbprint in base64url.");
        }

        return default;
    }
}

/// <summary>Binds a pushed request to the key of its proof, as if it had named it (RFC 9449 section 10.1).</summary>
internal sealed class BindPushedRequest(IReplayMemory memory) : IOpenIddictServerHandler<ValidatePushedAuthorizationRequestContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor
        .CreateBuilder<ValidatePushedAuthorizationRequestContext>()
        .UseScopedHandler<BindPushedRequest>()
        .SetOrder(OpenIddictServerHandlers.Authentication.ValidatePushedAuthorizedParty.Descriptor.Order + 500)
        .Build();

    public async ValueTask HandleAsync(ValidatePushedAuthorizationRequestContext context)
    {
        if (!BindCode.IsWellFormed(context.Request))
        {
            context.Reject(Errors.InvalidRequest, "The dpop_jkt is not a SHA-256 thumbprint in base64url.");
            return;
        }

        if (context.Transaction.Proof() is not { } proof)
        {
            return;
        }

        if ((string?)context.Request[BindCode.Parameter] is { } named && named != proof.KeyThumbprint)
        {
            context.Reject(Errors.InvalidRequest, "The dpop_jkt is not the key of the proof.");
        }
        else if (!await memory.TakeAsync(proof, context.CancellationToken))
        {
            context.Reject(DpopReplay.Refusal);
        }
        else
        {
            context.Request[BindCode.Parameter] = proof.KeyThumbprint;
        }
    }
}
