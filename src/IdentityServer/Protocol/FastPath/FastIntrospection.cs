using System.Text.Json;
using UserDomain.Database;
using UserDomain.IdentityServer.Protocol.SignedResponses;
using UserDomain.IdentityServer.Protocol.Subjects;
using UserDomain.IdentityStore;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace UserDomain.IdentityServer.Protocol.FastPath;

/// <summary>What a client is told of an access token of its own (RFC 7662 section 2.2).</summary>
internal sealed class FastIntrospection(
    KnownAccessTokens tokens, SubjectGate gate, IdentityStoreContext store, RevocationQuery revocations, TimeProvider time)
{
    /// <summary>Answers a request; null if that is for the pipeline to do.</summary>
    public async ValueTask<FastAnswer?> AnswerAsync(HttpContext context, PlainRequest request) =>
        (request.Has(Parameters.Token) || request.Has(Parameters.Token, Parameters.TokenTypeHint)) && request.Client.Permissions.Contains(Permissions.Endpoints.Introspection)
        && !AnswerIntrospectionByJwt.IsAskedFor(context.Request) && await tokens.ReadAsync(request.Sent[Parameters.Token]) is { } token && token.ClientId == request.Client.ClientId && await LivesAsync(token, context.RequestAborted)
            ? new JsonAnswer(json => Describe(json, token))
            : null;

    private async ValueTask<bool> LivesAsync(KnownAccessToken token, CancellationToken cancellationToken) => token.GrantId is null
        ? !await revocations.IsRevokedAsync(store, token.Named, time.GetStoredNow(), cancellationToken)
        : await gate.CheckAsync(token.Named, token.GrantId, cancellationToken) is { Refusal: null };

    private void Describe(Utf8JsonWriter json, KnownAccessToken token)
    {
        json.WriteBoolean(Claims.Active, true);
        json.WriteString(Claims.Issuer, tokens.Issuer);
        json.WriteString(Claims.Subject, token.Named.Subject);
        json.WriteString(Claims.JwtId, token.Named.Id);
        json.WriteString(Claims.TokenType, TokenTypes.Bearer);
        json.WriteString(Claims.TokenUsage, TokenTypeHints.AccessToken);
        json.WriteString(Claims.ClientId, token.ClientId);
        json.WriteNumber(Claims.IssuedAt, token.Named.IssuedAt.ToUnixTimeSeconds());
        json.WriteNumber(Claims.NotBefore, token.NotBefore);
        json.WriteNumber(Claims.ExpiresAt, token.ExpiresAt);
        json.WriteString(Claims.Audience, token.Audience);
    }
}
