using Microsoft.AspNetCore;
using OpenIddict.Server;
using OpenIddict.Server.AspNetCore;
using UserDomain.IdentityServer.Pages.Errors;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace UserDomain.IdentityServer.Protocol.Interactions;

/// <summary>Takes a request up again that was on its way through our pages.</summary>
/// <typeparam name="TContext">The request.</typeparam>
internal sealed class ResumeRequest<TContext>(InteractionStore interactions) : IOpenIddictServerHandler<TContext>
    where TContext : BaseValidatingContext
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor
        .CreateBuilder<TContext>()
        .UseScopedHandler<ResumeRequest<TContext>>()
        .SetOrder(OpenIddictServerAspNetCoreHandlers.ExtractGetOrPostRequest<TContext>.Descriptor.Order + 500)
        .Build();

    public async ValueTask HandleAsync(TContext context)
    {
        if ((string?)context.Transaction.Request?[Interaction.Parameter] is not { } id)
        {
            return;
        }

        var http = context.Transaction.GetHttpRequest()!.HttpContext;
        var interaction = await interactions.FindAsync(id, context.CancellationToken);
        if (interaction is null || interaction.Path != http.Request.Path)
        {
            http.Items[typeof(PageFailure)] = PageFailure.OpenTooLong;
            context.Reject(Errors.InvalidRequest, "The request is not known any more.");
        }
        else if (interaction.Row.FinishedAt is not null)
        {
            http.Items[typeof(PageFailure)] = PageFailure.Finished;
            http.Features.Set(interaction);
            context.Reject(Errors.InvalidRequest, "The request was answered already.");
        }
        else
        {
            http.Features.Set(interaction);
            context.Transaction.Request = interaction.AsSent();
        }
    }
}
