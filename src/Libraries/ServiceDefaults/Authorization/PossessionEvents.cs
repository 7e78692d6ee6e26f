using System.Text.Json;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.JsonWebTokens;
using UserDomain.Contracts;
using UserDomain.ServiceDefaults.Dpop;
using UserDomain.ServiceDefaults.Replays;

namespace UserDomain.ServiceDefaults.Authorization;

/// <summary>
/// Takes a token that is bound to a key by the scheme DPoP and with a proof of that key only, and any other as Bearer only (RFC 9449
/// section 7): neither is a way around the other. One that is bound to a certificate is taken by a connection with that certificate only (RFC 8705 section 3).
/// </summary>
internal sealed class PossessionEvents(DpopProofs proofs, DpopNonces nonces, IReplayMemory memory, RevocationGate revocations) : JwtBearerEvents
{
    public override Task MessageReceived(MessageReceivedContext context)
    {
        if (context.Request.Headers.ContainsKey(DpopHeaders.Dpop))
        {
            context.Response.Headers[DpopHeaders.Nonce] = nonces.Current();
        }

        if (context.Request.Headers.Authorization.Count > 1)
        {
            context.Fail("There is more than one Authorization header.");
        }
        else
        {
            context.Token = TokenScheme.TokenOf(context.Request);
        }

        return Task.CompletedTask;
    }

    public override async Task TokenValidated(TokenValidatedContext context)
    {
        var token = (JsonWebToken)context.SecurityToken;
        if ((await RefusalOfAsync(context.HttpContext, token) ?? await revocations.RefusalOfAsync(context.HttpContext, token)) is { } refusal)
        {
            context.HttpContext.Features.Set(refusal);
            context.Fail(refusal.Description);
            return;
        }

        context.HttpContext.Features.Set(token);
    }

    private async ValueTask<DpopRefusal?> RefusalOfAsync(HttpContext http, JsonWebToken token)
    {
        var bound = token.TryGetPayloadValue<JsonElement>(TokenClaims.Confirmation, out var claim) ? Confirmation.Of(claim) : null;
        if (TokenScheme.RefusalOf(bound, TokenScheme.IsDpop(http.Request), http.Connection.ClientCertificate) is { } mismatch)
        {
            return mismatch;
        }

        if (bound?.KeyThumbprint is not { } thumbprint)
        {
            return null;
        }

        var (proof, refusal) = await proofs.CheckAsync(http.Request, token.EncodedToken);
        if (proof is null)
        {
            return refusal;
        }

        if (thumbprint != proof.KeyThumbprint)
        {
            return TokenScheme.OtherKey;
        }

        return await memory.TakeAsync(proof, http.RequestAborted) ? null : DpopReplay.Refusal;
    }
}
