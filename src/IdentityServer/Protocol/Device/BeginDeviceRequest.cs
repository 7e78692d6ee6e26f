using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using UserDomain.Database;
using UserDomain.IdentityServer.Protocol.Token;
using UserDomain.IdentityServer.Throttling;
using UserDomain.IdentityStore;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace UserDomain.IdentityServer.Protocol.Device;

/// <summary>
/// Bounds what anybody can write without signing in: a request of a device that keeps no secret costs it nothing (RFC 8628 section 5.6). By address as
/// well as by client, so that who floods in the name of a client does not soon keep its people out.
/// </summary>
internal sealed class LimitDeviceRequests(AttemptThrottle throttle) : IOpenIddictServerHandler<ValidateDeviceAuthorizationRequestContext>
{
    /// <summary>Requests of one client from one address within <see cref="AttemptThrottle.Window"/>.</summary>
    public const int MostOfAddress = 30;

    private const int MostOfClient = 3000;

    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor
        .CreateBuilder<ValidateDeviceAuthorizationRequestContext>()
        .UseScopedHandler<LimitDeviceRequests>()
        .SetOrder(OpenIddictServerHandlers.Device.ValidateScopePermissions.Descriptor.Order + 500)
        .Build();

    public async ValueTask HandleAsync(ValidateDeviceAuthorizationRequestContext context)
    {
        var http = context.Transaction.GetHttpRequest()!.HttpContext;
        AttemptLimit[] limits =
        [
            new($"device-request:{context.ClientId}:{AttemptThrottle.SourceOf(http.Connection.RemoteIpAddress)}", MostOfAddress),
            new($"device-request:{context.ClientId}", MostOfClient),
        ];
        if (!await throttle.TryRaiseAsync(limits, context.CancellationToken))
        {
            http.Response.Headers.RetryAfter = AttemptThrottle.Window.TotalSeconds.ToString(CultureInfo.InvariantCulture);
            context.Reject(Errors.TemporarilyUnavailable, "The client has asked for too many device codes; try again later.");
        }
    }
}

/// <summary>Notes with the codes which API the device wants its tokens for (RFC 8707 section 2).</summary>
internal sealed class KeepDeviceResource : IOpenIddictServerHandler<HandleDeviceAuthorizationRequestContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor
        .CreateBuilder<HandleDeviceAuthorizationRequestContext>()
        .UseSingletonHandler<KeepDeviceResource>()
        .SetOrder(0)
        .Build();

    public ValueTask HandleAsync(HandleDeviceAuthorizationRequestContext context)
    {
        var (scopes, resources) = (context.Request.GetScopes(), context.Request.GetResources());
        if (AccessTokenAudience.Choose([.. resources], [.. scopes]).Refusal is { } refusal)
        {
            context.Reject(Errors.InvalidTarget, refusal);
            return default;
        }

        // Without an authentication type: nobody is signed in yet.
        var identity = new ClaimsIdentity();
        identity.SetScopes(scopes);
        identity.SetClaims(AccessTokenAudience.ResourceClaim, resources);
        context.Principal = new(identity);
        return default;
    }
}

/// <summary>Keeps where a device asked from, and begins its polling interval.</summary>
internal sealed class KeepDeviceRequest(IdentityStoreContext store, TimeProvider time) : IOpenIddictServerHandler<ProcessSignInContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor
        .CreateBuilder<ProcessSignInContext>()
        .UseScopedHandler<KeepDeviceRequest>()
        .SetOrder(OpenIddictServerHandlers.GenerateDeviceCode.Descriptor.Order + 500)
        .Build();

    public ValueTask HandleAsync(ProcessSignInContext context)
    {
        if (context.EndpointType != OpenIddictServerEndpointType.DeviceAuthorization)
        {
            return default;
        }

        var now = time.GetStoredNow();
        store.DeviceRequests.Add(new()
        {
            DeviceCodeId = Guid.Parse(context.DeviceCodePrincipal!.GetTokenId()!),
            Address = context.Transaction.GetHttpRequest()!.HttpContext.Connection.RemoteIpAddress?.ToString(),
            CreatedAt = now,
            PollInterval = DevicePolls.IntervalSeconds,
            NextPollAt = now,
        });
        return default;
    }
}
