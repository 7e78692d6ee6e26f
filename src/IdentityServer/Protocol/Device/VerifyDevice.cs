using Microsoft.AspNetCore;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;
using OpenIddict.EntityFrameworkCore.Models;
using OpenIddict.Server;
using OpenIddict.Server.AspNetCore;
using UserDomain.IdentityStore;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace UserDomain.IdentityServer.Protocol.Device;

/// <summary>Lets the verification endpoint look at the code of a ticket, and at no other.</summary>
internal sealed class TakeDeviceTicket(DeviceTickets tickets) : IOpenIddictServerHandler<ExtractEndUserVerificationRequestContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor
        .CreateBuilder<ExtractEndUserVerificationRequestContext>()
        .UseSingletonHandler<TakeDeviceTicket>()
        .SetOrder(OpenIddictServerAspNetCoreHandlers.ExtractGetOrPostRequest<ExtractEndUserVerificationRequestContext>.Descriptor.Order + 500)
        .Build();

    public ValueTask HandleAsync(ExtractEndUserVerificationRequestContext context)
    {
        var request = context.Transaction.GetHttpRequest()!;
        context.Transaction.Request!.UserCode = tickets.Read(request.SentParameter(DeviceTicket.Parameter))?.Code;
        return default;
    }
}

/// <summary>
/// Ties a device code that was just allowed to its grant, so that it ends with it, and the grant with a code that comes back. The library
/// changes the code, but leaves it without a grant.
/// </summary>
internal sealed class TieDeviceCode(IdentityStoreContext store) : IOpenIddictServerHandler<ProcessSignInContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor
        .CreateBuilder<ProcessSignInContext>()
        .UseScopedHandler<TieDeviceCode>()
        .SetOrder(OpenIddictServerHandlers.UpdateReferenceDeviceCodeEntry.Descriptor.Order + 500)
        .Build();

    public async ValueTask HandleAsync(ProcessSignInContext context)
    {
        if (context.EndpointType != OpenIddictServerEndpointType.EndUserVerification)
        {
            return;
        }

        var code = Guid.Parse(context.DeviceCodePrincipal!.GetTokenId()!);
        var grant = Guid.Parse(context.Principal!.GetAuthorizationId()!);
        await store.Set<OpenIddictEntityFrameworkCoreToken<Guid>>().Where(row => row.Id == code)
            .ExecuteUpdateAsync(set => set.SetProperty(row => EF.Property<Guid?>(row, "AuthorizationId"), grant), context.CancellationToken);
    }
}
