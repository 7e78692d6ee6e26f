using System.Text.Json;
using UserDomain.IdentityServer.Clients;

namespace UserDomain.IdentityServer.Tests.Clients;

/// <summary>What a client must not be.</summary>
public sealed class ClientSpecRuleTests
{
    private static readonly ClientSpec Web = new("shop", ClientType.Web) { RedirectUris = ["https://shop.example.test/callback"], Scopes = ["openid", "roles:read"] };
    private static readonly ClientSpec Spa = Web with { Type = ClientType.Spa };
    private static readonly ClientSpec Device = new("television", ClientType.Device) { Scopes = ["openid", "offline_access"] };
    private static readonly ClientSpec Service = new("service", ClientType.Service) { Scopes = ["roles:read"] };

    private static readonly ClientSpec Exchanger = Service with
    {
        Grants = [ClientGrant.TokenExchange],
        TokenExchange = new() { Audiences = ["urn:user-domain:users"], SubjectClients = ["shop"], Delegation = true },
    };

    [Fact]
    public void An_ordinary_client_of_each_type_may_be()
    {
        foreach (var client in new[] { Web, Spa, Web with { Type = ClientType.Native }, Device, Spa with { Grants = [ClientGrant.AuthorizationCode, ClientGrant.DeviceCode] }, Service, Exchanger, Exchanger with { TokenExchange = Exchanger.TokenExchange! with { SubjectClients = [] } }, Web with { ClientSecret = new('s', 32), IdTokenSignedResponseAlg = "ES256", RequirePar = true }, Web with { BackchannelLogoutUri = "https://shop.example.test/logout?of=us", BackchannelLogoutSessionRequired = true }, Spa with { BackchannelLogoutUri = "http://localhost:8080/logout" }, Service with { IdTokenSignedResponseAlg = "PS256", UserinfoSignedResponseAlg = "PS256", IntrospectionSignedResponseAlg = "RS256", AuthorizationSignedResponseAlg = "ES256" } })
        {
            Assert.Empty(ClientSpecRule.ProblemsOf(client));
        }
    }

    [Fact]
    public void Each_fault_is_named_with_the_member_it_is_in()
    {
        using var keys = JsonDocument.Parse("""{ "keys": [] }""");
        (string Members, ClientSpec Client)[] faults =
        [
            ("clientId", Web with { ClientId = "" }),
            ("clientId", Web with { ClientId = new('c', 256) }),
            ("clientId", Web with { ClientId = "two words" }),
            ("clientId", Web with { ClientId = "0198a7f0-0000-7000-8000-000000000000" }),
            ("clientId", Web with { ClientId = "user-domain:RoleApi" }),
            ("clientSecret", Web with { ClientSecret = new('s', 31) }),
            ("clientSecret", Device with { ClientSecret = new('s', 32) }),
            ("clientSecret", Spa with { ClientSecret = new('s', 32) }),
            ("logoUri", Web with { LogoUri = "http://shop.example.test/logo.png" }),
            ("logoUri", Web with { LogoUri = "https://[2001:db8::1]/logo.png" }),
            ("logoUri", Web with { LogoUri = "https://shop_1.example.test/logo.png" }),
            ("logoUri", Web with { LogoUri = "https://user@shop.example.test/logo.png" }),
            ("logoUri", Web with { LogoUri = "https://shop.example.test/" + new string('l', 2000) }),
            ("policyUri", Web with { PolicyUri = "javascript:alert(1)" }),
            ("policyUri", Web with { PolicyUri = "/privacy" }),
            ("tosUri", Web with { TosUri = "" }),
            ("tosUri", Web with { TosUri = "https://shop.example.test/;script-src *" }),
            ("redirectUris", Web with { RedirectUris = [] }),
            ("redirectUris[1]", Web with { RedirectUris = [.. Web.RedirectUris, "http://shop.example.test/callback"] }),
            ("postLogoutRedirectUris[0]", Web with { PostLogoutRedirectUris = ["https://shop.example.test/*"] }),
            ("scopes[1]", Web with { Scopes = ["openid", "everything"] }),
            ("idTokenSignedResponseAlg", Web with { IdTokenSignedResponseAlg = "none" }),
            ("idTokenSignedResponseAlg", Web with { IdTokenSignedResponseAlg = "HS256" }),
            ("userinfoSignedResponseAlg", Web with { UserinfoSignedResponseAlg = "none" }),
            ("userinfoSignedResponseAlg", Web with { UserinfoSignedResponseAlg = "" }),
            ("introspectionSignedResponseAlg", Web with { IntrospectionSignedResponseAlg = "none" }),
            ("introspectionSignedResponseAlg", Web with { IntrospectionSignedResponseAlg = "A256KW" }),
            ("authorizationSignedResponseAlg", Web with { AuthorizationSignedResponseAlg = "none" }),
            ("authorizationSignedResponseAlg", Web with { AuthorizationSignedResponseAlg = "ps256" }),
            ("grants", Spa with { Grants = [ClientGrant.AuthorizationCode, ClientGrant.ClientCredentials] }),
            ("grants", Service with { Grants = [ClientGrant.ClientCredentials, ClientGrant.RefreshToken] }),
            ("grants", Spa with { Grants = Exchanger.Grants, TokenExchange = Exchanger.TokenExchange, RedirectUris = [] }),
            ("tokenExchange", Exchanger with { TokenExchange = null }),
            ("tokenExchange", Service with { TokenExchange = Exchanger.TokenExchange }),
            ("tokenExchange", Exchanger with { TokenExchange = Exchanger.TokenExchange! with { Delegation = false } }),
            ("tokenExchange.audiences", Exchanger with { TokenExchange = Exchanger.TokenExchange! with { Audiences = [] } }),
            ("tokenExchange.audiences", Exchanger with { TokenExchange = Exchanger.TokenExchange! with { Audiences = ["urn:user-domain:users", "https://elsewhere.example.test/"] } }),
            ("tokenExchange.audiences", Exchanger with { TokenExchange = Exchanger.TokenExchange! with { Audiences = [null!] } }),
            ("tokenExchange.subjectClients", Exchanger with { TokenExchange = Exchanger.TokenExchange! with { SubjectClients = ["two words"] } }),
            ("tokenExchange.subjectClients", Exchanger with { TokenExchange = Exchanger.TokenExchange! with { SubjectClients = [null!] } }),
            ("tokenExchange.subjectClients", Exchanger with { TokenExchange = Exchanger.TokenExchange! with { SubjectClients = ["user-domain:AdminUi"] } }),
            ("tokenExchange.subjectClients", Exchanger with { TokenExchange = Exchanger.TokenExchange! with { SubjectClients = [.. Enumerable.Repeat("shop", 101)] } }),
            ("jwks", Web with { Jwks = keys.RootElement }),
            ("requirePar", Service with { RequirePar = true }),
            ("requireSignedRequestObject", Web with { RequireSignedRequestObject = true }),
            ("requireSignedRequestObject", Service with { RequireSignedRequestObject = true, JwksUri = "https://shop.example.test/keys" }),
            ("backchannelLogoutUri", Web with { BackchannelLogoutUri = "http://shop.example.test/logout" }),
            ("backchannelLogoutUri", Web with { BackchannelLogoutUri = "https://shop.example.test/logout#now" }),
            ("backchannelLogoutUri", Web with { BackchannelLogoutUri = "https://user@shop.example.test/logout" }),
            ("backchannelLogoutUri", Web with { BackchannelLogoutUri = "com.example.shop:/logout" }),
            ("backchannelLogoutUri", Web with { BackchannelLogoutUri = "/logout" }),
            ("backchannelLogoutUri", Web with { BackchannelLogoutUri = "" }),
            ("backchannelLogoutUri", Web with { BackchannelLogoutUri = "https://shop.example.test/" + new string('l', 2000) }),
            ("backchannelLogoutUri", Service with { BackchannelLogoutUri = "https://shop.example.test/logout" }),
            ("backchannelLogoutUri", Device with { BackchannelLogoutUri = "https://shop.example.test/logout" }),
            ("backchannelLogoutSessionRequired", Web with { BackchannelLogoutSessionRequired = true }),
        ];

        Assert.All(faults, fault => Assert.Equal(fault.Members, Assert.Single(ClientSpecRule.ProblemsOf(fault.Client)).Member));
    }
}
