using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using UserDomain.IdentityServer.Clients;
using UserDomain.ServiceDefaults.Validation;

namespace UserDomain.IdentityServer.ClientApi;

/// <summary>A client to register, in the words of a seed file. Its secret is made here; its roles are given through the API for roles.</summary>
/// <param name="ClientId">The <c>client_id</c>: unique, 1 to 255 visible ASCII characters.</param>
/// <param name="Type">What kind of application it is; it stays that.</param>
/// <param name="DisplayName">What people call it; the <c>client_id</c> when absent.</param>
/// <param name="LogoUri">Its picture, by https, which people see where they are asked.</param>
/// <param name="PolicyUri">The page that says what it does with what it is told of people, by https.</param>
/// <param name="TosUri">The page with its terms of service, by https.</param>
/// <param name="TokenEndpointAuthMethod">How it proves who it is; by default with its keys or certificate if it has some, else with a secret if it can keep one.</param>
/// <param name="Jwks">Its public keys.</param>
/// <param name="JwksUri">Where its public keys are, in place of <paramref name="Jwks"/>.</param>
/// <param name="StrictClientAssertions">Whether its assertions have to be as FAPI 2.0 wants them.</param>
/// <param name="TlsClientAuthSubjectDn">The subject of its certificate, as RFC 4514 writes it, or one of the names that follow (RFC 8705 section 2.1.2).</param>
/// <param name="TlsClientAuthSanDns">A host its certificate is for.</param>
/// <param name="TlsClientAuthSanUri">A URI its certificate is for.</param>
/// <param name="TlsClientAuthSanIp">An address its certificate is for.</param>
/// <param name="TlsClientAuthSanEmail">A mail address its certificate is for.</param>
/// <param name="RedirectUris">Where it wants its codes.</param>
/// <param name="PostLogoutRedirectUris">Where it wants people back after signing out.</param>
/// <param name="BackchannelLogoutUri">Where it is told that a session was closed, by https.</param>
/// <param name="BackchannelLogoutSessionRequired">Whether it has to be told which session; it always is.</param>
/// <param name="Scopes">All it may ask for, <c>openid</c> and <c>offline_access</c> included.</param>
/// <param name="Grants">How it gets tokens; by default what is usual for its type.</param>
/// <param name="RequireConsent">Whether people are asked.</param>
/// <param name="RequirePar">Whether it has to push its authorization requests (RFC 9126).</param>
/// <param name="RequireSignedRequestObject">Whether it has to sign its authorization requests (RFC 9101).</param>
/// <param name="Fapi2">Whether all FAPI 2.0 asks for is so for it: pushed requests, strict assertions, no RS256, refresh tokens that stay.</param>
/// <param name="SenderConstraint">How its tokens are bound to it.</param>
/// <param name="IdTokenSignedResponseAlg">How its ID tokens are signed: RS256, which is meant when absent, ES256 or PS256.</param>
/// <param name="UserinfoSignedResponseAlg">How what UserInfo answers is signed: one of the same; it is plain JSON when absent.</param>
/// <param name="IntrospectionSignedResponseAlg">How what introspection answers is signed where it asks for a JWT: RS256 when absent.</param>
/// <param name="AuthorizationSignedResponseAlg">How what the authorization endpoint answers is signed where it asks for a JWT: RS256 when absent.</param>
/// <param name="TokenExchange">What it may exchange, and for what, with the grant for it (RFC 8693).</param>
public sealed record CreateClientRequest(
    [Required, StringLength(ClientLimits.ClientId)] string ClientId,
    [Required] ClientType? Type,
    [StringLength(ClientLimits.Name, MinimumLength = 1), PlainText] string? DisplayName,
    [StringLength(ClientLimits.Uri), PlainText] string? LogoUri,
    [StringLength(ClientLimits.Uri), PlainText] string? PolicyUri,
    [StringLength(ClientLimits.Uri), PlainText] string? TosUri,
    ClientAuthentication? TokenEndpointAuthMethod,
    JsonElement? Jwks,
    [StringLength(ClientLimits.Uri), PlainText] string? JwksUri,
    bool? StrictClientAssertions,
    [StringLength(ClientLimits.CertificateName, MinimumLength = 1), PlainText] string? TlsClientAuthSubjectDn,
    [StringLength(ClientLimits.CertificateName, MinimumLength = 1), PlainText] string? TlsClientAuthSanDns,
    [StringLength(ClientLimits.CertificateName, MinimumLength = 1), PlainText] string? TlsClientAuthSanUri,
    [StringLength(ClientLimits.CertificateName, MinimumLength = 1), PlainText] string? TlsClientAuthSanIp,
    [StringLength(ClientLimits.CertificateName, MinimumLength = 1), PlainText] string? TlsClientAuthSanEmail,
    [MaxLength(ClientLimits.Entries), PlainText] IReadOnlyList<string>? RedirectUris,
    [MaxLength(ClientLimits.Entries), PlainText] IReadOnlyList<string>? PostLogoutRedirectUris,
    [StringLength(ClientLimits.Uri), PlainText] string? BackchannelLogoutUri,
    bool? BackchannelLogoutSessionRequired,
    [MaxLength(ClientLimits.Entries), PlainText] IReadOnlyList<string>? Scopes,
    [MaxLength(ClientLimits.Entries)] IReadOnlyList<ClientGrant>? Grants,
    bool? RequireConsent,
    bool? RequirePar,
    bool? RequireSignedRequestObject,
    bool? Fapi2,
    SenderConstraint? SenderConstraint,
    [StringLength(ClientLimits.Name), PlainText] string? IdTokenSignedResponseAlg,
    [StringLength(ClientLimits.Name), PlainText] string? UserinfoSignedResponseAlg,
    [StringLength(ClientLimits.Name), PlainText] string? IntrospectionSignedResponseAlg,
    [StringLength(ClientLimits.Name), PlainText] string? AuthorizationSignedResponseAlg,
    TokenExchangePolicy? TokenExchange)
{
    internal ClientSpec ToSpec() => new(ClientId, Type!.Value)
    {
        DisplayName = DisplayName,
        LogoUri = LogoUri,
        PolicyUri = PolicyUri,
        TosUri = TosUri,
        TokenEndpointAuthMethod = TokenEndpointAuthMethod,
        Jwks = Jwks,
        JwksUri = JwksUri,
        StrictClientAssertions = StrictClientAssertions ?? false,
        TlsClientAuthSubjectDn = TlsClientAuthSubjectDn,
        TlsClientAuthSanDns = TlsClientAuthSanDns,
        TlsClientAuthSanUri = TlsClientAuthSanUri,
        TlsClientAuthSanIp = TlsClientAuthSanIp,
        TlsClientAuthSanEmail = TlsClientAuthSanEmail,
        RedirectUris = RedirectUris ?? [],
        PostLogoutRedirectUris = PostLogoutRedirectUris ?? [],
        BackchannelLogoutUri = BackchannelLogoutUri,
        BackchannelLogoutSessionRequired = BackchannelLogoutSessionRequired ?? false,
        Scopes = Scopes ?? [],
        Grants = Grants,
        RequireConsent = RequireConsent ?? false,
        RequirePar = RequirePar ?? false,
        RequireSignedRequestObject = RequireSignedRequestObject ?? false,
        Fapi2 = Fapi2 ?? false,
        SenderConstraint = SenderConstraint ?? Clients.SenderConstraint.None,
        IdTokenSignedResponseAlg = IdTokenSignedResponseAlg,
        UserinfoSignedResponseAlg = UserinfoSignedResponseAlg,
        IntrospectionSignedResponseAlg = IntrospectionSignedResponseAlg,
        AuthorizationSignedResponseAlg = AuthorizationSignedResponseAlg,
        TokenExchange = TokenExchange,
    };
}

/// <summary>A change of a client; what is absent stays as it is. A list that is named replaces the one there was.</summary>
/// <param name="DisplayName">What people call it.</param>
/// <param name="LogoUri">Its picture, by https, which people see where they are asked; empty for none.</param>
/// <param name="PolicyUri">The page that says what it does with what it is told of people, by https; empty for none.</param>
/// <param name="TosUri">The page with its terms of service, by https; empty for none.</param>
/// <param name="TokenEndpointAuthMethod">How it proves who it is; by default with its keys or certificate if it has some, else with a secret if it can keep one.</param>
/// <param name="Jwks">Its public keys.</param>
/// <param name="JwksUri">Where its public keys are, in place of <paramref name="Jwks"/>.</param>
/// <param name="StrictClientAssertions">Whether its assertions have to be as FAPI 2.0 wants them.</param>
/// <param name="TlsClientAuthSubjectDn">The subject of its certificate, as RFC 4514 writes it, or one of the names that follow (RFC 8705 section 2.1.2).</param>
/// <param name="TlsClientAuthSanDns">A host its certificate is for.</param>
/// <param name="TlsClientAuthSanUri">A URI its certificate is for.</param>
/// <param name="TlsClientAuthSanIp">An address its certificate is for.</param>
/// <param name="TlsClientAuthSanEmail">A mail address its certificate is for.</param>
/// <param name="RedirectUris">Where it wants its codes.</param>
/// <param name="PostLogoutRedirectUris">Where it wants people back after signing out.</param>
/// <param name="BackchannelLogoutUri">Where it is told that a session was closed, by https; empty for nowhere.</param>
/// <param name="BackchannelLogoutSessionRequired">Whether it has to be told which session; it always is.</param>
/// <param name="Scopes">All it may ask for. Who has a grant with one that is not named any more signs in again.</param>
/// <param name="Grants">How it gets tokens.</param>
/// <param name="RequireConsent">Whether people are asked.</param>
/// <param name="RequirePar">Whether it has to push its authorization requests (RFC 9126).</param>
/// <param name="RequireSignedRequestObject">Whether it has to sign its authorization requests (RFC 9101).</param>
/// <param name="Fapi2">Whether all FAPI 2.0 asks for is so for it: pushed requests, strict assertions, no RS256, refresh tokens that stay.</param>
/// <param name="SenderConstraint">How its tokens are bound to it.</param>
/// <param name="IdTokenSignedResponseAlg">How its ID tokens are signed.</param>
/// <param name="UserinfoSignedResponseAlg">How what UserInfo answers is signed; empty for plain JSON.</param>
/// <param name="IntrospectionSignedResponseAlg">How what introspection answers is signed where it asks for a JWT.</param>
/// <param name="AuthorizationSignedResponseAlg">How what the authorization endpoint answers is signed where it asks for a JWT.</param>
/// <param name="TokenExchange">What it may exchange, and for what, as a whole. It goes with the grant.</param>
public sealed record UpdateClientRequest(
    [StringLength(ClientLimits.Name, MinimumLength = 1), PlainText] string? DisplayName,
    [StringLength(ClientLimits.Uri), PlainText] string? LogoUri,
    [StringLength(ClientLimits.Uri), PlainText] string? PolicyUri,
    [StringLength(ClientLimits.Uri), PlainText] string? TosUri,
    ClientAuthentication? TokenEndpointAuthMethod,
    JsonElement? Jwks,
    [StringLength(ClientLimits.Uri), PlainText] string? JwksUri,
    bool? StrictClientAssertions,
    [StringLength(ClientLimits.CertificateName, MinimumLength = 1), PlainText] string? TlsClientAuthSubjectDn,
    [StringLength(ClientLimits.CertificateName, MinimumLength = 1), PlainText] string? TlsClientAuthSanDns,
    [StringLength(ClientLimits.CertificateName, MinimumLength = 1), PlainText] string? TlsClientAuthSanUri,
    [StringLength(ClientLimits.CertificateName, MinimumLength = 1), PlainText] string? TlsClientAuthSanIp,
    [StringLength(ClientLimits.CertificateName, MinimumLength = 1), PlainText] string? TlsClientAuthSanEmail,
    [MaxLength(ClientLimits.Entries), PlainText] IReadOnlyList<string>? RedirectUris,
    [MaxLength(ClientLimits.Entries), PlainText] IReadOnlyList<string>? PostLogoutRedirectUris,
    [StringLength(ClientLimits.Uri), PlainText] string? BackchannelLogoutUri,
    bool? BackchannelLogoutSessionRequired,
    [MaxLength(ClientLimits.Entries), PlainText] IReadOnlyList<string>? Scopes,
    [MaxLength(ClientLimits.Entries)] IReadOnlyList<ClientGrant>? Grants,
    bool? RequireConsent,
    bool? RequirePar,
    bool? RequireSignedRequestObject,
    bool? Fapi2,
    SenderConstraint? SenderConstraint,
    [StringLength(ClientLimits.Name), PlainText] string? IdTokenSignedResponseAlg,
    [StringLength(ClientLimits.Name), PlainText] string? UserinfoSignedResponseAlg,
    [StringLength(ClientLimits.Name), PlainText] string? IntrospectionSignedResponseAlg,
    [StringLength(ClientLimits.Name), PlainText] string? AuthorizationSignedResponseAlg,
    TokenExchangePolicy? TokenExchange)
{
    internal ClientSpec ApplyTo(ClientSpec client) => ApplyKeysTo(client) with
    {
        DisplayName = DisplayName ?? client.DisplayName,
        LogoUri = OrNone(LogoUri, client.LogoUri),
        PolicyUri = OrNone(PolicyUri, client.PolicyUri),
        TosUri = OrNone(TosUri, client.TosUri),
        RedirectUris = RedirectUris ?? client.RedirectUris,
        PostLogoutRedirectUris = PostLogoutRedirectUris ?? client.PostLogoutRedirectUris,
        BackchannelLogoutUri = OrNone(BackchannelLogoutUri, client.BackchannelLogoutUri),
        BackchannelLogoutSessionRequired = BackchannelLogoutSessionRequired ?? (BackchannelLogoutUri != "" && client.BackchannelLogoutSessionRequired),
        Scopes = Scopes ?? client.Scopes,
        Grants = Grants ?? client.Grants,
        RequireConsent = RequireConsent ?? client.RequireConsent,
        RequirePar = RequirePar ?? client.RequirePar,
        RequireSignedRequestObject = RequireSignedRequestObject ?? client.RequireSignedRequestObject,
        Fapi2 = Fapi2 ?? client.Fapi2,
        SenderConstraint = SenderConstraint ?? client.SenderConstraint,
        IdTokenSignedResponseAlg = IdTokenSignedResponseAlg ?? client.IdTokenSignedResponseAlg,
        UserinfoSignedResponseAlg = OrNone(UserinfoSignedResponseAlg, client.UserinfoSignedResponseAlg),
        IntrospectionSignedResponseAlg = IntrospectionSignedResponseAlg ?? client.IntrospectionSignedResponseAlg,
        AuthorizationSignedResponseAlg = AuthorizationSignedResponseAlg ?? client.AuthorizationSignedResponseAlg,
        TokenExchange = TokenExchange ?? ((Grants ?? client.EffectiveGrants).Contains(ClientGrant.TokenExchange) ? client.TokenExchange : null),
    };

    private static string? OrNone(string? given, string? current) => given == "" ? null : given ?? current;

    // Keys or names that are given take the place of what there was; who proves itself otherwise from now on has none of it.
    private ClientSpec ApplyKeysTo(ClientSpec client)
    {
        var named = TlsClientAuthSubjectDn ?? TlsClientAuthSanDns ?? TlsClientAuthSanUri ?? TlsClientAuthSanIp ?? TlsClientAuthSanEmail;
        var givesKeys = Jwks is not null || JwksUri is not null;
        var isOther = TokenEndpointAuthMethod is { } method && method != client.EffectiveAuthentication;
        var kept = givesKeys || named is not null || isOther ? null : client;

        // A new key is signed with, or has a certificate, as the one before.
        var sameMethod = givesKeys && client.EffectiveAuthentication == ClientAuthentication.SelfSignedTlsClientAuth ? client : kept;
        return client with
        {
            TokenEndpointAuthMethod = TokenEndpointAuthMethod ?? sameMethod?.TokenEndpointAuthMethod,
            Jwks = Jwks ?? kept?.Jwks,
            JwksUri = JwksUri ?? kept?.JwksUri,
            StrictClientAssertions = StrictClientAssertions ?? (givesKeys ? client : kept)?.StrictClientAssertions ?? false,
            TlsClientAuthSubjectDn = TlsClientAuthSubjectDn ?? kept?.TlsClientAuthSubjectDn,
            TlsClientAuthSanDns = TlsClientAuthSanDns ?? kept?.TlsClientAuthSanDns,
            TlsClientAuthSanUri = TlsClientAuthSanUri ?? kept?.TlsClientAuthSanUri,
            TlsClientAuthSanIp = TlsClientAuthSanIp ?? kept?.TlsClientAuthSanIp,
            TlsClientAuthSanEmail = TlsClientAuthSanEmail ?? kept?.TlsClientAuthSanEmail,
        };
    }
}

/// <summary>How much of a client there may be.</summary>
internal static class ClientLimits
{
    public const int ClientId = 255;

    public const int Name = 100;

    public const int Uri = 2000;

    public const int CertificateName = 1024;

    public const int Entries = 100;
}
