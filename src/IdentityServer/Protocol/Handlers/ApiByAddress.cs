using OpenIddict.Abstractions;
using OpenIddict.Server;
using UserDomain.Contracts;
using UserDomain.ServiceDefaults.Hosting;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace UserDomain.IdentityServer.Protocol.Handlers;

/// <summary>
/// Reads the URL of a resource of ours, which is what its metadata calls it (RFC 9728), as the API it belongs to: all further steps and the tokens
/// know an API by one name (RFC 8707 section 2 allows the server to map a resource to an abstract identifier).
/// </summary>
/// <typeparam name="TContext">The request.</typeparam>
internal sealed class ApiByAddress<TContext>(UserDomainSettings settings) : IOpenIddictServerHandler<TContext>
    where TContext : BaseValidatingContext
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor
        .CreateBuilder<TContext>()
        .UseSingletonHandler<ApiByAddress<TContext>>()
        .SetOrder(int.MinValue + 60_000)
        .Build();

    public ValueTask HandleAsync(TContext context)
    {
        if (context.Transaction.Request is { } request && request.GetResources() is { IsDefaultOrEmpty: false } named
            && named.Any(resource => Api.OfResource(settings.PublicUrl, resource) is not null))
        {
            request.Resources = [.. named.Select(resource => Api.OfResource(settings.PublicUrl, resource)?.Audience ?? resource).Distinct()];
        }

        return default;
    }
}
