using System.Security.Claims;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using UserDomain.Contracts;
using UserDomain.IdentityServer.Protocol.Token;
using UserDomain.ServiceDefaults.Hosting;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace UserDomain.IdentityServer.Protocol.Handlers;

/// <summary>Makes each access token for one API: its audience, only its scopes, and the permissions the subject holds for it (TOK-06).</summary>
internal sealed class ShapeAccessToken(UserDomainSettings settings, SubjectPermissions permissions, TimeProvider time) : IOpenIddictServerHandler<ProcessSignInContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor
        .CreateBuilder<ProcessSignInContext>()
        .UseScopedHandler<ShapeAccessToken>()
        .SetOrder(0)
        .Build();

    public async ValueTask HandleAsync(ProcessSignInContext context)
    {
        if (context.AccessTokenPrincipal?.Identity is not ClaimsIdentity identity)
        {
            return;
        }

        var granted = context.AccessTokenPrincipal.GetScopes();
        var choice = AccessTokenAudience.Choose(RequestedResources(context), granted);
        if (choice.Refusal is not null)
        {
            context.Reject(Errors.InvalidTarget, choice.Refusal);
            return;
        }

        identity.SetClaim(Claims.NotBefore, time.GetUtcNow().ToUnixTimeSeconds());
        identity.SetAudiences(choice.Api?.Audience ?? settings.Issuer);
        identity.SetScopes(granted.Where(scope => Api.OfScope(scope) is not { } api || api == choice.Api));
        identity.RemoveClaims(AccessTokenAudience.ResourceClaim);
        ListMethods(identity);
        if (choice.Api is { } target)
        {
            var subject = context.AccessTokenPrincipal.GetClaim(Claims.Subject)!;
            var held = await permissions.OfAsync(subject, context.CancellationToken);
            identity.AddClaim(new Claim(TokenClaims.Permissions, JsonSerializer.Serialize(held.Where(target.Scopes.Contains).Order(StringComparer.Ordinal)), JsonClaimValueTypes.JsonArray));
            var times = await permissions.SessionTimesOfAsync(subject, context.CancellationToken);
            identity.SetClaim(TokenClaims.SessionIdleTimeout, times.Idle);
            identity.SetClaim(TokenClaims.SessionLifetime, times.Lifetime);
        }
    }

    // A list also where it has one member (RFC 9068 section 2.2.1, OpenID Connect Core 1.0 section 2): the library would write that member alone.
    private static void ListMethods(ClaimsIdentity identity)
    {
        if (identity.FindAll(Claims.AuthenticationMethodReference).Select(claim => claim.Value).ToList() is { Count: > 0 } methods)
        {
            identity.RemoveClaims(Claims.AuthenticationMethodReference);
            identity.AddClaim(new Claim(Claims.AuthenticationMethodReference, JsonSerializer.Serialize(methods), JsonClaimValueTypes.JsonArray));
        }
    }

    // What the token request names wins over what the authorization request had named (RFC 8707 section 2.2).
    private static IReadOnlyList<string> RequestedResources(ProcessSignInContext context)
    {
        var named = context.Request?.GetResources() ?? [];
        return named.IsDefaultOrEmpty
            ? [.. context.Principal!.FindAll(AccessTokenAudience.ResourceClaim).Select(claim => claim.Value)]
            : [.. named];
    }
}
