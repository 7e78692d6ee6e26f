using UserDomain.Contracts;

namespace UserDomain.IdentityServer.Protocol.Token;

/// <summary>Which API an access token is for: one, or none and then the token is good for UserInfo only.</summary>
internal static class AccessTokenAudience
{
    /// <summary>Where a grant keeps the resource its authorization request named.</summary>
    public const string ResourceClaim = "requested_resource";

    /// <summary>Chooses by the named resource (RFC 8707), else by the API all API scopes belong to.</summary>
    public static (Api? Api, string? Refusal) Choose(IReadOnlyList<string> resources, IReadOnlyCollection<string> scopes)
    {
        var apis = scopes.Select(Api.OfScope).OfType<Api>().Distinct().ToList();
        return resources switch
        {
            [] => (apis is [var only] ? only : null, null),
            [var resource] when apis.FirstOrDefault(api => api.Audience == resource) is { } named => (named, null),
            [_] => (null, "No scope of the resource was granted."),
            _ => (null, "Ask for one resource at a time: each access token is for one API."),
        };
    }
}
