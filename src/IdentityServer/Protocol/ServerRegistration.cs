using Microsoft.Extensions.DependencyInjection.Extensions;
using OpenIddict.Server;
using OpenIddict.Server.AspNetCore;
using UserDomain.Contracts;
using UserDomain.IdentityServer.Clients;
using UserDomain.IdentityServer.Keys;
using UserDomain.IdentityServer.Protocol.Assertions;
using UserDomain.IdentityServer.Protocol.Authorization;
using UserDomain.IdentityServer.Protocol.ClientDocuments;
using UserDomain.IdentityServer.Protocol.Device;
using UserDomain.IdentityServer.Protocol.Discovery;
using UserDomain.IdentityServer.Protocol.Dpop;
using UserDomain.IdentityServer.Protocol.Exchange;
using UserDomain.IdentityServer.Protocol.Handlers;
using UserDomain.IdentityServer.Protocol.Interactions;
using UserDomain.IdentityServer.Protocol.Mtls;
using UserDomain.IdentityServer.Protocol.Pipeline;
using UserDomain.IdentityServer.Protocol.Replays;
using UserDomain.IdentityServer.Protocol.RequestObjects;
using UserDomain.IdentityServer.Protocol.SignedResponses;
using UserDomain.IdentityServer.Protocol.TokenStorage;
using UserDomain.IdentityStore;
using UserDomain.ServiceDefaults.Hosting;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;
using ClientEntity = OpenIddict.EntityFrameworkCore.Models.OpenIddictEntityFrameworkCoreApplication<System.Guid>;
using TokenEntity = OpenIddict.EntityFrameworkCore.Models.OpenIddictEntityFrameworkCoreToken<System.Guid>;

namespace UserDomain.IdentityServer.Protocol;

/// <summary>The OAuth 2 / OpenID Connect server: which flows, which lifetimes, which of our rules in its pipeline.</summary>
internal static class ServerRegistration
{
    public static void AddProtocolServer(this IServiceCollection services, UserDomainSettings settings)
    {
        services.AddKeyRing();
        services.AddSingleton<ClientSnapshots>();
        services.AddSingleton<ClientSecrets>();
        services.AddSingleton<HandlerIndex>();
        services.AddSingleton<TokenQueries>();
        services.AddSingleton<GrantQueries>();
        services.AddScoped<LateGrants>();
        services.AddScoped<TokenRows>();
        services.AddReplays();

        services.AddOpenIddict()
            .AddCore(core =>
            {
                core.UseEntityFrameworkCore().UseDbContext<IdentityStoreContext>().ReplaceDefaultEntities<Guid>();
                core.ReplaceApplicationManager<ClientEntity, ClientManager>();
                core.ReplaceApplicationStore<ClientEntity, ClientStore>();
                core.ReplaceTokenStore<TokenEntity, TokenStore>();

                // What a request has read is kept by its context; the library's caches would be made anew for each request.
                core.DisableEntityCaching();
            })
            .AddServer(server =>
            {
                AddEndpoints(server, settings);
                AddFlows(server);
                if (settings.RequirePushedAuthorizationRequests)
                {
                    server.RequirePushedAuthorizationRequests();
                }

                AddRules(server);
                server.AddDeviceGrant();
                server.AddTokenExchange();
                server.AddMtls();
            });
        services.Replace(ServiceDescriptor.Scoped<IOpenIddictServerDispatcher, IndexedDispatcher>());
    }

    private static void AddEndpoints(OpenIddictServerBuilder server, UserDomainSettings settings)
    {
        server.SetIssuer(settings.Issuer)
            .SetConfigurationEndpointUris(MetadataPaths.OpenId[1..], MetadataPaths.OAuth[1..])
            .SetJsonWebKeySetEndpointUris(MetadataPaths.Keys[1..])
            .SetAuthorizationEndpointUris("connect/authorize")
            .SetPushedAuthorizationEndpointUris("connect/par")
            .SetTokenEndpointUris("connect/token")
            .SetUserInfoEndpointUris("connect/userinfo")
            .SetIntrospectionEndpointUris("connect/introspect")
            .SetRevocationEndpointUris("connect/revoke")
            .SetEndSessionEndpointUris("connect/logout");
        var host = server.UseAspNetCore()
            .SuppressJsonResponseIndentation()
            .EnableAuthorizationEndpointPassthrough()
            .EnableTokenEndpointPassthrough()
            .EnableUserInfoEndpointPassthrough()
            .EnableEndSessionEndpointPassthrough()
            .EnableErrorPassthrough();
        if (settings.PublicUrl.Scheme != Uri.UriSchemeHttps)
        {
            // UserDomainSettings allows http for a loopback host only.
            host.DisableTransportSecurityRequirement();
        }
    }

    private static void AddFlows(OpenIddictServerBuilder server)
    {
        server.AllowAuthorizationCodeFlow().AllowRefreshTokenFlow().AllowClientCredentialsFlow()
            .RequireProofKeyForCodeExchange()
            .DisableAccessTokenEncryption()
            .UseReferenceRefreshTokens()
            .IgnoreResourcePermissions()
            .SetAuthorizationCodeLifetime(TokenLifetimes.AuthorizationCode)
            .SetAccessTokenLifetime(TokenLifetimes.AccessToken)
            .SetIdentityTokenLifetime(TokenLifetimes.IdentityToken)
            .SetRefreshTokenLifetime(TokenLifetimes.RefreshTokenIdle)
            .SetRefreshTokenReuseLeeway(TimeSpan.FromSeconds(10))
            .RegisterScopes([OpenIdScopes.OpenId, OpenIdScopes.Profile, OpenIdScopes.Email, OpenIdScopes.OfflineAccess, .. Api.All.SelectMany(api => api.Scopes)])
            .RegisterResources([.. Api.All.Select(api => api.Audience)])
            .RegisterClaims(Claims.Subject, Claims.Name, Claims.GivenName, Claims.FamilyName, Claims.PreferredUsername, Claims.Locale, Claims.Zoneinfo,
                Claims.UpdatedAt, Claims.Email, Claims.EmailVerified, Claims.AuthenticationTime, Claims.AuthenticationContextReference,
                Claims.AuthenticationMethodReference, TokenClaims.SessionId);
        server.Configure(options =>
        {
            options.CodeChallengeMethods.Remove(CodeChallengeMethods.Plain);
            options.RequestTokenLifetime = TimeSpan.FromSeconds(90);
        });
    }

    private static void AddRules(OpenIddictServerBuilder server)
    {
        server.RemoveEventHandler(OpenIddictServerHandlers.InferEndpointType.Descriptor);
        server.AddEventHandler(InferEndpoint.Descriptor);
        server.AddEventHandler(DescribeServer.Descriptor);
        server.RemoveEventHandler(OpenIddictServerAspNetCoreHandlers.Authentication.ProcessFormPostResponse.Descriptor);
        server.AddEventHandler(AnswerByForm.Descriptor);
        server.AddEventHandler(SelfContainedTokens.Descriptor);
        server.AddEventHandler(LeanIdentityToken.Descriptor);
        server.AddEventHandler(ChooseSigningKey.Descriptor);
        server.RemoveEventHandler(OpenIddictServerHandlers.Protection.ValidateAuthorizationEntry.Descriptor);
        server.AddEventHandler(RefuseEndedToken.Descriptor);
        server.AddEventHandler(RevokeAccessToken.Descriptor);
        server.AddEventHandler(RevokeGrant.Descriptor);
        server.AddEventHandler(NoTokenInQuery.Descriptor);
        server.AddEventHandler(HideUnsupportedTokens.Descriptor);
        server.AddEventHandler(RefuseUnknownPrompt<ValidateAuthorizationRequestContext>.Before(ErrorsToClient.FirstOrder + 10));
        server.AddEventHandler(RefuseUnknownPrompt<ValidatePushedAuthorizationRequestContext>.Before(OpenIddictServerHandlers.Authentication.ValidatePushedPromptParameter.Descriptor.Order));
        server.AddEventHandler(RefuseUnregisteredScope<ValidateAuthorizationRequestContext>.Before(OpenIddictServerHandlers.Authentication.ValidateScopePermissions.Descriptor.Order));
        server.AddEventHandler(RefuseUnregisteredScope<ValidatePushedAuthorizationRequestContext>.Before(OpenIddictServerHandlers.Authentication.ValidatePushedScopePermissions.Descriptor.Order));
        server.AddEventHandler(RefuseUnregisteredScope<ValidateTokenRequestContext>.Before(OpenIddictServerHandlers.Exchange.ValidateScopePermissions.Descriptor.Order));
        server.AddEventHandler(RefuseDisabledClient.Descriptor);
        server.AddEventHandler(RefuseDisabledClientToAuthorize.Descriptor);
        server.AddEventHandler(ShapeAccessToken.Descriptor);
        server.RemoveEventHandler(OpenIddictServerHandlers.RedeemTokenEntry.Descriptor);
        server.AddEventHandler(RedeemOnce.Descriptor);
        server.AddEventHandler(KeepRefreshToken.Descriptor);
        server.AddEventHandler(WriteTokens.Descriptor);
        server.AddSealedTokens();
        server.AddEventHandler(ResumeRequest<ExtractAuthorizationRequestContext>.Descriptor);
        server.AddEventHandler(ResumeRequest<ExtractEndSessionRequestContext>.Descriptor);
        server.AddEventHandler(KeepPushedRequest.Descriptor);
        server.AddEventHandler(RequireVerifier.Descriptor);
        server.AddEventHandler(ReadableRedirectUri<ValidateAuthorizationRequestContext>.Before(OpenIddictServerHandlers.Authentication.ValidateRedirectUriParameter.Descriptor.Order));
        server.AddEventHandler(ReadableRedirectUri<ValidatePushedAuthorizationRequestContext>.Before(OpenIddictServerHandlers.Authentication.ValidatePushedRedirectUriParameter.Descriptor.Order));
        server.AddEventHandler(RequireRedirectUri.Descriptor);
        server.AddEventHandler(EmptyForm.Descriptor);
        AddForms(server);
        AddBounds(server);
        AddResources(server);
        server.AddDpop();
        server.AddClientAssertions();
        server.AddClientDocuments();
        server.AddRequestObjects();
        server.AddSignedResponses();
        AddAnswers(server);
        server.AddEventHandler(EndReplayedGrant.Descriptor);
    }

    private static void AddForms(OpenIddictServerBuilder server)
    {
        server.AddEventHandler(ReadableForm<ExtractAuthorizationRequestContext>.Descriptor);
        server.AddEventHandler(ReadableForm<ExtractPushedAuthorizationRequestContext>.Descriptor);
        server.AddEventHandler(ReadableForm<ExtractDeviceAuthorizationRequestContext>.Descriptor);
        server.AddEventHandler(ReadableForm<ExtractTokenRequestContext>.Descriptor);
        server.AddEventHandler(ReadableForm<ExtractUserInfoRequestContext>.Descriptor);
        server.AddEventHandler(ReadableForm<ExtractIntrospectionRequestContext>.Descriptor);
        server.AddEventHandler(ReadableForm<ExtractRevocationRequestContext>.Descriptor);
        server.AddEventHandler(ReadableForm<ExtractEndSessionRequestContext>.Descriptor);
    }

    private static void AddBounds(OpenIddictServerBuilder server)
    {
        server.AddEventHandler(BoundParameters<ValidatePushedAuthorizationRequestContext>.First);
        server.AddEventHandler(BoundParameters<ValidateTokenRequestContext>.First);
        server.AddEventHandler(BoundParameters<ValidateIntrospectionRequestContext>.First);
        server.AddEventHandler(BoundParameters<ValidateRevocationRequestContext>.First);
        server.AddEventHandler(BoundParameters<ValidateEndSessionRequestContext>.First);

        server.AddEventHandler(OneClient<ExtractPushedAuthorizationRequestContext>.Descriptor);
        server.AddEventHandler(OneClient<ExtractTokenRequestContext>.Descriptor);
        server.AddEventHandler(OneClient<ExtractIntrospectionRequestContext>.Descriptor);
        server.AddEventHandler(OneClient<ExtractRevocationRequestContext>.Descriptor);
        server.AddErrorsToClient();
        server.AddEventHandler(BoundParameters<ValidateAuthorizationRequestContext>.At(ErrorsToClient.FirstOrder));
    }

    private static void AddResources(OpenIddictServerBuilder server)
    {
        server.AddEventHandler(ApiByAddress<ValidateAuthorizationRequestContext>.Descriptor);
        server.AddEventHandler(ApiByAddress<ValidatePushedAuthorizationRequestContext>.Descriptor);
        server.AddEventHandler(ApiByAddress<ValidateDeviceAuthorizationRequestContext>.Descriptor);
        server.AddEventHandler(ApiByAddress<ValidateTokenRequestContext>.Descriptor);
    }

    private static void AddAnswers(OpenIddictServerBuilder server)
    {
        server.AddEventHandler(OwnWords<ApplyAuthorizationResponseContext>.Descriptor);
        server.AddEventHandler(OwnWords<ApplyPushedAuthorizationResponseContext>.Descriptor);
        server.AddEventHandler(OwnWords<ApplyTokenResponseContext>.Descriptor);
        server.AddEventHandler(OwnWords<ApplyUserInfoResponseContext>.Descriptor);
        server.AddEventHandler(OwnWords<ApplyIntrospectionResponseContext>.Descriptor);
        server.AddEventHandler(OwnWords<ApplyRevocationResponseContext>.Descriptor);
        server.AddEventHandler(OwnWords<ApplyEndSessionResponseContext>.Descriptor);
    }
}
