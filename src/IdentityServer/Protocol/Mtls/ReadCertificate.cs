using Microsoft.AspNetCore;
using OpenIddict.Server;
using OpenIddict.Server.AspNetCore;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace UserDomain.IdentityServer.Protocol.Mtls;

/// <summary>
/// Takes the client's certificate from where <see cref="ServiceDefaults.Mtls"/> has put it. It stands in the place of the library's step, which looks
/// at connections only where the public URL is https.
/// </summary>
/// <typeparam name="TContext">The request.</typeparam>
internal sealed class ReadCertificate<TContext> : IOpenIddictServerHandler<TContext>
    where TContext : BaseValidatingContext
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor
        .CreateBuilder<TContext>()
        .UseSingletonHandler<ReadCertificate<TContext>>()
        .SetOrder(OpenIddictServerAspNetCoreHandlers.ExtractClientCertificate<TContext>.Descriptor.Order)
        .Build();

    public ValueTask HandleAsync(TContext context)
    {
        context.Transaction.RemoteCertificate = context.Transaction.GetHttpRequest()!.HttpContext.Connection.ClientCertificate;
        return default;
    }
}
