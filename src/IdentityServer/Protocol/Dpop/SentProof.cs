using Microsoft.AspNetCore;
using OpenIddict.Server;
using UserDomain.ServiceDefaults.Dpop;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace UserDomain.IdentityServer.Protocol.Dpop;

/// <summary>The proof of a request, from where it is read to where it is used.</summary>
internal static class SentProof
{
    /// <summary>The proof that was sent and is genuine; null if none was.</summary>
    public static DpopProof? Proof(this OpenIddictServerTransaction transaction) => transaction.GetProperty<DpopProof>(nameof(SentProof));

    /// <summary>Checks a proof, and offers a nonce for the next one.</summary>
    /// <param name="transaction">The request.</param>
    /// <param name="proofs">The rules.</param>
    /// <param name="nonces">The nonces.</param>
    /// <param name="accessToken">The token it has to be for, at UserInfo.</param>
    /// <returns>Why it was refused.</returns>
    public static async ValueTask<DpopRefusal?> ReadProofAsync(this OpenIddictServerTransaction transaction, DpopProofs proofs, DpopNonces nonces, string? accessToken = null)
    {
        var request = transaction.GetHttpRequest()!;
        request.HttpContext.Response.Headers[DpopHeaders.Nonce] = nonces.Current();
        var (proof, refusal) = await proofs.CheckAsync(request, accessToken);
        if (proof is not null)
        {
            transaction.SetProperty(nameof(SentProof), proof);
        }

        return refusal;
    }

    /// <summary>Refuses as RFC 9449 says.</summary>
    public static void Reject(this BaseValidatingContext context, DpopRefusal refusal) => context.Reject(refusal.Error, refusal.Description);
}

/// <summary>
/// Reads the proof of a request for tokens, or of a pushed one, before anything else is used up: a client that has to come again with a nonce
/// may send everything else as it was.
/// </summary>
/// <typeparam name="TContext">The request.</typeparam>
internal sealed class ReadProof<TContext>(DpopProofs proofs, DpopNonces nonces) : IOpenIddictServerHandler<TContext>
    where TContext : BaseValidatingContext
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor
        .CreateBuilder<TContext>()
        .UseSingletonHandler<ReadProof<TContext>>()
        .SetOrder(Handlers.OneClient<TContext>.Descriptor.Order + 100)
        .Build();

    public async ValueTask HandleAsync(TContext context)
    {
        if (context.Transaction.GetHttpRequest()!.Headers.ContainsKey(DpopHeaders.Dpop)
            && await context.Transaction.ReadProofAsync(proofs, nonces) is { } refusal)
        {
            context.Reject(refusal);
        }
    }
}
