using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace UserDomain.IdentityServer.Protocol.Device;

/// <summary>
/// Tells a device that polls too often to slow down (RFC 8628 section 3.5). It comes before
/// anything is said about the code: of polls that arrive together only one learns more, so an honest device never redeems its code twice.
/// </summary>
internal sealed class HoldToInterval(DevicePolls polls) : IOpenIddictServerHandler<ValidateTokenContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor
        .CreateBuilder<ValidateTokenContext>()
        .UseScopedHandler<HoldToInterval>()
        .SetOrder(OpenIddictServerHandlers.Protection.ValidateTokenEntry.Descriptor.Order - 600)
        .Build();

    public async ValueTask HandleAsync(ValidateTokenContext context)
    {
        if (context.EndpointType != OpenIddictServerEndpointType.Token || !context.Principal!.HasTokenType(TokenTypeIdentifiers.Private.DeviceCode))
        {
            return;
        }

        // The library looks at whose code it is after it has said how things stand with it.
        if (!context.Principal!.HasPresenter(context.Request!.ClientId!))
        {
            context.Reject(Errors.InvalidGrant, "The device code is that of another client.");
        }
        else if (!await polls.IsOnTimeAsync(Guid.Parse(context.TokenId!), context.CancellationToken))
        {
            context.Reject(Errors.SlowDown, $"Wait {DevicePolls.IntervalSeconds} seconds longer than before between two requests.");
        }
    }
}
