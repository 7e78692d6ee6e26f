using UserDomain.Contracts;

namespace UserDomain.AdminUi.Access;

/// <summary>Keeps a session's tokens good. Refresh tokens work once, so renewals of one session go one after the other.</summary>
internal sealed class TokenRenewal(TokenStore store, ISessionLock locks, TokenEndpoint endpoint, TimeProvider time)
{
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromMinutes(5);

    /// <summary>The session's tokens, renewed where due; null when the identity server has ended the session.</summary>
    /// <param name="handle">The session.</param>
    /// <param name="end">When it ends in any case.</param>
    /// <param name="cancellationToken">Ends the waiting, but never a renewal that was sent.</param>
    public async Task<TokenSet?> GetAsync(string handle, DateTimeOffset end, CancellationToken cancellationToken)
    {
        var tokens = await store.LoadAsync(handle, cancellationToken);
        if (tokens is null || tokens.DueAt(time.GetUtcNow()).Count == 0)
        {
            return tokens;
        }

        await using var held = await locks.AcquireAsync(handle, cancellationToken);
        // Another request may have renewed them while this one waited.
        tokens = await store.LoadAsync(handle, cancellationToken);
        foreach (var api in tokens?.DueAt(time.GetUtcNow()) ?? [])
        {
            // Not cancelled with the request: the old refresh token is spent once this is sent, and the new one must be kept.
            var answer = await endpoint.RefreshAsync(tokens!.RefreshToken, api, CancellationToken.None);
            tokens = Apply(tokens, api, answer);
            if (tokens is null)
            {
                await store.RemoveAsync(handle, CancellationToken.None);
                return null;
            }

            await store.SaveAsync(handle, tokens, end, CancellationToken.None);
        }

        return tokens;
    }

    private TokenSet? Apply(TokenSet tokens, Api api, TokenAnswer answer) => answer switch
    {
        { AccessToken: { } value } => tokens.With(api, new(value, time.GetUtcNow().AddSeconds(answer.ExpiresIn)), answer.RefreshToken),
        { Error: "invalid_grant" } => null,
        { Error: "invalid_target" or "invalid_scope" } => tokens.With(api, new(null, time.GetUtcNow() + AskAgainAfter), answer.RefreshToken),
        _ => throw new HttpRequestException($"The token endpoint refused a refresh: {answer.Error}"),
    };
}
