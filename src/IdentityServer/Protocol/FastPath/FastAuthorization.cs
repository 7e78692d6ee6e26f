using System.Buffers.Text;
using System.Collections.Frozen;
using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.AspNetCore.WebUtilities;
using OpenIddict.Abstractions;
using UserDomain.Contracts;
using UserDomain.IdentityServer.Clients;
using UserDomain.IdentityServer.Protocol.Authorization;
using UserDomain.IdentityServer.Protocol.Subjects;
using UserDomain.IdentityServer.Protocol.TokenStorage;
using UserDomain.IdentityServer.SignIn;
using UserDomain.ServiceDefaults.Hosting;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace UserDomain.IdentityServer.Protocol.FastPath;

/// <summary>
/// A code for a person who is signed in and has nothing to be asked (OpenID Connect Core 1.0 section 3.1.2.5). Nothing is written for it: the grant is, when it is redeemed. What
/// a person has allowed they may take back meanwhile, so clients they have to allow go the other way.
/// </summary>
internal sealed class FastAuthorization(
    ClientSnapshots clients, InteractionPolicy policy, GrantStore grants, OpaqueTokens tokens, UserDomainSettings settings)
{
    private const int MaxState = 1024;
    private const int MaxNonce = 256;
    private const int MaxScopes = 20;

    private static readonly FrozenSet<string> Required = new[]
    {
        Parameters.ResponseType, Parameters.ClientId, Parameters.RedirectUri, Parameters.Scope, Parameters.CodeChallenge, Parameters.CodeChallengeMethod,
    }.ToFrozenSet();

    private static readonly FrozenSet<string> Optional = new[] { Parameters.State, Parameters.Nonce }.ToFrozenSet();

    private static readonly FrozenSet<string> ProtocolScopes = new[] { OpenIdScopes.OpenId, OpenIdScopes.Profile, OpenIdScopes.Email, OpenIdScopes.OfflineAccess }.ToFrozenSet();

    /// <summary>Answers a request; null if that is for the pipeline to do.</summary>
    public async ValueTask<FastAnswer?> AnswerAsync(HttpContext context)
    {
        if (settings.RequirePushedAuthorizationRequests || ReadQuery(context.Request) is not { } sent || !IsPlain(sent)
            || await clients.FindAsync(context, sent[Parameters.ClientId]) is not { } snapshot || !PlainClient.Is(snapshot, out var plain) || !IsAllowed(sent, plain)
            || await CurrentSession.OfAsync(context) is not { } session)
        {
            return null;
        }

        var request = new OpenIddictRequest(sent.Select(pair => new KeyValuePair<string, string?>(pair.Key, pair.Value)));
        var client = await grants.FindClientAsync(plain.ClientId, context.RequestAborted);
        if (client.RequiresConsent || await policy.DecideAsync(request, session, hintedSubject: null, interaction: null, client, context.RequestAborted) is not Decision.Proceed)
        {
            return null;
        }

        var code = tokens.MakeCode([.. ClaimsOf(request, session, grants.NewId()), .. LateGrants.ClaimsOf(session, client, context.Connection.RemoteIpAddress?.ToString())]);
        return new RedirectAnswer(QueryHelpers.AddQueryString(request.RedirectUri!, Answer(code, request.State)));
    }

    private static Dictionary<string, string>? ReadQuery(HttpRequest request)
    {
        var sent = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in new QueryStringEnumerable(request.QueryString.Value))
        {
            if (pair.DecodeValue() is not { Length: > 0 } value || !sent.TryAdd(pair.DecodeName().ToString(), value.ToString()))
            {
                return null;
            }
        }

        return sent;
    }

    private static bool IsPlain(Dictionary<string, string> sent) =>
        Required.All(sent.ContainsKey) && sent.Keys.All(name => Required.Contains(name) || Optional.Contains(name))
        && sent[Parameters.ResponseType] == ResponseTypes.Code && sent[Parameters.CodeChallengeMethod] == CodeChallengeMethods.Sha256
        && Base64Url.IsValid(sent[Parameters.CodeChallenge], out var bytes) && bytes == SHA256.HashSizeInBytes
        && sent.GetValueOrDefault(Parameters.State, "") is { Length: <= MaxState } state && !state.Contains('\0')
        && sent.GetValueOrDefault(Parameters.Nonce, "") is { Length: <= MaxNonce } nonce && !nonce.Contains('\0');

    // Of the redirect URIs that are allowed one that is registered, letter by letter, and has no query of its own.
    private static bool IsAllowed(Dictionary<string, string> sent, PlainClient client)
    {
        var scopes = sent[Parameters.Scope].Split(' ');
        return client.MayAuthorize && client.RedirectUris.Contains(sent[Parameters.RedirectUri]) && !sent[Parameters.RedirectUri].Contains('?')
            && scopes.Length <= MaxScopes && scopes.Distinct().Count() == scopes.Length
            && scopes.All(scope => client.MayAskFor(scope) && (ProtocolScopes.Contains(scope) || Api.OfScope(scope) is not null));
    }

    private IEnumerable<Claim> ClaimsOf(OpenIddictRequest request, CurrentSession session, Guid grant)
    {
        Claim[] more =
        [
            new(Claims.Private.Presenter, request.ClientId!),
            new(Claims.Private.Issuer, settings.Issuer),
            new(Claims.Private.RedirectUri, request.RedirectUri!),
            new(Claims.Private.CodeChallenge, request.CodeChallenge!),
            new(Claims.Private.CodeChallengeMethod, CodeChallengeMethods.Sha256),
        ];
        IEnumerable<Claim> nonce = request.Nonce is { } sent ? [new(Claims.Private.Nonce, sent)] : [];
        return TokenPrincipals.Create(session, grant, request.GetScopes(), []).Claims.Concat(more).Concat(nonce);
    }

    private IEnumerable<KeyValuePair<string, string?>> Answer(string code, string? state)
    {
        yield return new(Parameters.Code, code);
        if (state is not null)
        {
            yield return new(Parameters.State, state);
        }

        yield return new(Parameters.Iss, settings.Issuer);
    }
}
