using Microsoft.Extensions.DependencyInjection.Extensions;
using OpenIddict.Server;
using UserDomain.IdentityServer.Protocol.Handlers;
using UserDomain.IdentityServer.Throttling;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace UserDomain.IdentityServer.Protocol.Device;

/// <summary>The device authorization grant (RFC 8628): for applications on what has no browser or no keyboard.</summary>
internal static class DeviceRegistration
{
    /// <summary>Where a person answers a device. Its code is typed at <see cref="Pages.AccountPages.Device"/>, where guesses are counted.</summary>
    public const string VerificationPath = "/connect/verify";

    private static readonly TimeSpan CodeLifetime = TimeSpan.FromMinutes(10);

    public static void AddDeviceGrant(this OpenIddictServerBuilder server)
    {
        server.Services.AddSingleton<DeviceTickets>();
        server.Services.AddScoped<DeviceCodes>();
        server.Services.AddScoped<DevicePolls>();
        server.Services.TryAddScoped<AttemptThrottle>();
        server.AllowDeviceAuthorizationFlow()
            .SetDeviceAuthorizationEndpointUris("connect/device")
            .SetEndUserVerificationEndpointUris(VerificationPath[1..])
            .SetDeviceCodeLifetime(CodeLifetime)
            .SetUserCodeLifetime(CodeLifetime)
            .SetUserCodeCharset(UserCode.Charset)
            .SetUserCodeLength(UserCode.Length)
            .SetUserCodeDisplayFormat(UserCode.DisplayFormat);
        server.UseAspNetCore().EnableEndUserVerificationEndpointPassthrough();
        AddRules(server);
    }

    private static void AddRules(OpenIddictServerBuilder server)
    {
        // It would write a row for every device nobody has allowed yet. Whatever else is granted to a user has its grant from us.
        server.RemoveEventHandler(OpenIddictServerHandlers.AttachAuthorization.Descriptor);
        server.AddEventHandler(BoundParameters<ValidateDeviceAuthorizationRequestContext>.First);
        server.AddEventHandler(BoundParameters<ValidateEndUserVerificationRequestContext>.First);
        server.AddEventHandler(OneClient<ExtractDeviceAuthorizationRequestContext>.Descriptor);
        server.AddEventHandler(RefuseUnregisteredScope<ValidateDeviceAuthorizationRequestContext>.Before(OpenIddictServerHandlers.Device.ValidateScopePermissions.Descriptor.Order));
        server.AddEventHandler(LimitDeviceRequests.Descriptor);
        server.AddEventHandler(KeepDeviceResource.Descriptor);
        server.AddEventHandler(KeepDeviceRequest.Descriptor);
        server.AddEventHandler(AnswerDevice.Descriptor);
        server.AddEventHandler(OwnWords<ApplyDeviceAuthorizationResponseContext>.Descriptor);
        server.AddEventHandler(OwnWords<ApplyEndUserVerificationResponseContext>.Descriptor);
        server.AddEventHandler(TakeDeviceTicket.Descriptor);
        server.AddEventHandler(TieDeviceCode.Descriptor);
        server.AddEventHandler(HoldToInterval.Descriptor);
    }
}
