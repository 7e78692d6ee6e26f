using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.IdentityModel.JsonWebTokens;
using UserDomain.RevocationFeed;

namespace UserDomain.ServiceDefaults.Authorization;

/// <summary>For answers that outlast a request, such as event streams: whether the token they were asked for with is still good.</summary>
/// <param name="revoked">What is revoked.</param>
/// <param name="time">Tells when a token ends.</param>
/// <param name="lifetime">That of the service, which must not wait for such an answer when it ends.</param>
public sealed class StandingAccess(RevokedTokens revoked, TimeProvider time, IHostApplicationLifetime lifetime)
{
    /// <summary>Whether the answer may go on. Ask before each part of it.</summary>
    /// <param name="http">The request, whose token was good when it came.</param>
    public bool Holds(HttpContext http) =>
        http.Features.Get<JsonWebToken>() is { } token && TokenLife.Includes(token, time.GetUtcNow()) && !revoked.Include(token)
        && !lifetime.ApplicationStopping.IsCancellationRequested;

    /// <summary>Cancelled when the client goes or the service ends.</summary>
    /// <param name="http">The request.</param>
    public CancellationTokenSource EndOf(HttpContext http) => CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, lifetime.ApplicationStopping);
}
