using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http.Features;
using UserDomain.AdminUi.Access;
using UserDomain.Contracts;
using UserDomain.ServiceDefaults.Backchannel;
using UserDomain.ServiceDefaults.Hosting;

namespace UserDomain.AdminUi.ApiClients;

/// <summary>One client for each API, each with the token made for it.</summary>
internal static class ApiClientRegistration
{
    public static void AddApiClients(this IServiceCollection services)
    {
        services.AddApiClient<UsersClient>(Api.Users);
        services.AddApiClient<RolesClient>(Api.Roles);
        services.AddApiClient<GroupsClient>(Api.Roles);
        services.AddApiClient<AssignmentsClient>(Api.Roles);
        services.AddApiClient<SessionsClient>(Api.Sessions);
        services.AddApiClient<AuditClient>(Api.Audit);
    }

    private static void AddApiClient<T>(this IServiceCollection services, Api api)
        where T : class =>
        services.AddHttpClient<T>((provider, http) => http.BaseAddress = new Uri(provider.GetRequiredService<UserDomainSettings>().PublicUrl, "api/v1/"))
            .AddHttpMessageHandler(provider => new BearerHandler(provider.GetRequiredService<IHttpContextAccessor>(), api))
            .ConfigureBackchannel();
}

/// <summary>Puts the signed-in person's token for an API on each request and notes when it is refused.</summary>
internal sealed class BearerHandler(IHttpContextAccessor accessor, Api api) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var access = accessor.HttpContext!.Features.GetRequiredFeature<ConsoleAccess>();
        if (access.Tokens.TokenFor(api) is not { } token)
        {
            // The identity server gave none: the same as an API that refuses, without asking it.
            return new(HttpStatusCode.Forbidden) { RequestMessage = request };
        }

        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        var response = await base.SendAsync(request, cancellationToken);
        access.Refused |= response.StatusCode == HttpStatusCode.Unauthorized;
        return response;
    }
}
