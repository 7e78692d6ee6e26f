using UserDomain.Contracts;
using UserDomain.IdentityServer.Protocol.Token;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace UserDomain.IdentityServer.Protocol.FastPath;

/// <summary>A token for a service itself (RFC 6749 section 4.4), for scopes of our APIs.</summary>
internal sealed class FastClientCredentials(TokenWriter tokens, SubjectPermissions permissions)
{
    /// <summary>Answers a request; null if that is for the pipeline to do.</summary>
    public async ValueTask<TokenAnswer?> AnswerAsync(PlainRequest request, CancellationToken cancellationToken)
    {
        var scopes = request.Sent.TryGetValue(Parameters.Scope, out var asked) ? asked.Split(' ') : [];
        if (!(request.Has(Parameters.GrantType, Parameters.Scope) || request.Has(Parameters.GrantType))
            || !request.Client.MayUse(Permissions.GrantTypes.ClientCredentials)
            || scopes.Distinct().Count() != scopes.Length || !scopes.All(scope => Api.OfScope(scope) is not null && request.Client.MayAskFor(scope)))
        {
            return null;
        }

        var (api, _) = AccessTokenAudience.Choose([], scopes);
        if (api is null)
        {
            return null;
        }

        var held = await permissions.OfAsync(request.Client.ClientId, cancellationToken);
        return new(tokens.Write(new(request.Client.ClientId, request.Client.ClientId, api, scopes, [.. held.Where(api.Scopes.Contains).Order(StringComparer.Ordinal)])));
    }
}
