using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.JsonWebTokens;
using UserDomain.Contracts;
using UserDomain.RevocationFeed;
using UserDomain.ServiceDefaults.Dpop;

namespace UserDomain.ServiceDefaults.Authorization;

/// <summary>Asks of each request what the revocation log says of its token, and what to do while that is not known (REV-01, REV-02).</summary>
internal sealed class RevocationGate(RevokedTokens revoked)
{
    private static readonly DpopRefusal Refusal = new("invalid_token", RevocationFeedRegistration.Refusal);

    /// <summary>Why a validated token is refused; null if it is not. Waits where the service has just started and knows of nothing yet.</summary>
    public async ValueTask<DpopRefusal?> RefusalOfAsync(HttpContext http, JsonWebToken token)
    {
        // Who tells of the log cannot wait to be told of it.
        if (!revoked.FirstRead.IsCompleted && AccessOf(http) is { Scope: not Scopes.RevocationsRead })
        {
            await revoked.FirstReadOrOverdue;
        }

        return revoked.Include(token) ? Refusal : null;
    }

    /// <summary>Whether a request would change something by a token of which is not known whether it was revoked.</summary>
    public bool Holds(HttpContext http) => revoked.IsStale && AccessOf(http) is not null && !HttpMethods.IsGet(http.Request.Method) && !HttpMethods.IsHead(http.Request.Method);

    private static AccessRequirement? AccessOf(HttpContext http) => http.GetEndpoint()?.Metadata.GetMetadata<AccessRequirement>();
}
