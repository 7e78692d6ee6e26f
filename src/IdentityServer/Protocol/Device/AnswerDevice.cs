using Microsoft.AspNetCore;
using Microsoft.AspNetCore.WebUtilities;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using OpenIddict.Server.AspNetCore;
using UserDomain.IdentityServer.Pages;
using UserDomain.ServiceDefaults.Hosting;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace UserDomain.IdentityServer.Protocol.Device;

/// <summary>
/// Tells a device where its person goes and how often it may ask (RFC 8628 section 3.2). The library would name its own endpoint, which takes no
/// code from a keyboard here.
/// </summary>
internal sealed class AnswerDevice(UserDomainSettings settings) : IOpenIddictServerHandler<ApplyDeviceAuthorizationResponseContext>
{
    private readonly string _page = new Uri(settings.PublicUrl, AccountPages.Device).AbsoluteUri;

    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor
        .CreateBuilder<ApplyDeviceAuthorizationResponseContext>()
        .UseSingletonHandler<AnswerDevice>()
        .SetOrder(OpenIddictServerAspNetCoreHandlers.AttachHttpResponseCode<ApplyDeviceAuthorizationResponseContext>.Descriptor.Order + 500)
        .Build();

    public ValueTask HandleAsync(ApplyDeviceAuthorizationResponseContext context)
    {
        var response = context.Transaction.Response!;
        if (response.Error == OpenIddictConstants.Errors.TemporarilyUnavailable)
        {
            context.Transaction.GetHttpRequest()!.HttpContext.Response.StatusCode = StatusCodes.Status429TooManyRequests;
        }

        if (response.UserCode is { } code)
        {
            response.VerificationUri = _page;
            response.VerificationUriComplete = QueryHelpers.AddQueryString(_page, OpenIddictConstants.Parameters.UserCode, code);
            response["interval"] = DevicePolls.IntervalSeconds;
        }

        return default;
    }
}
