using System.Text.Json;
using UserDomain.IdentityServer.ClientApi;
using UserDomain.IdentityServer.Clients;
using UserDomain.IdentityServer.Tests.Protocol.Mtls;
using UserDomain.ServiceDefaults.Hosting;
using UserDomain.Testing;
using ClientEntity = OpenIddict.EntityFrameworkCore.Models.OpenIddictEntityFrameworkCoreApplication<System.Guid>;

namespace UserDomain.IdentityServer.Tests.Clients;

/// <summary>A change of one member reads all the others from the store: what is not read would be lost.</summary>
public sealed class StoredClientTests(RunningSystem system)
{
    private static readonly ClientSpec Everything = new("everything", ClientType.Web)
    {
        DisplayName = "Everything",
        LogoUri = "https://shop.example.test/logo.png",
        PolicyUri = "https://shop.example.test/privacy",
        TosUri = "https://shop.example.test/terms",
        RedirectUris = ["https://shop.example.test/callback", "https://shop.example.test/other"],
        PostLogoutRedirectUris = ["https://shop.example.test/bye"],
        BackchannelLogoutUri = "https://shop.example.test/logout",
        BackchannelLogoutSessionRequired = true,
        Scopes = ["openid", "users:read"],
        Grants = [ClientGrant.AuthorizationCode, ClientGrant.RefreshToken, ClientGrant.ClientCredentials, ClientGrant.TokenExchange],
        RequireConsent = true,
        RequirePar = true,
        RequireSignedRequestObject = true,
        Fapi2 = true,
        SenderConstraint = SenderConstraint.Dpop,
        IdTokenSignedResponseAlg = "ES256",
        UserinfoSignedResponseAlg = "PS256",
        IntrospectionSignedResponseAlg = "ES256",
        AuthorizationSignedResponseAlg = "PS256",
        TokenEndpointAuthMethod = ClientAuthentication.PrivateKeyJwt,
        JwksUri = "https://shop.example.test/keys",
        StrictClientAssertions = true,
        TokenExchange = new() { Audiences = ["urn:user-domain:users"], SubjectClients = ["shop", "kiosk"], Impersonation = true, Delegation = true },
    };

    private static readonly JsonElement PublicKeys = JsonSerializer.Deserialize<JsonElement>(
        """{"keys":[{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0","kid":"one"}]}""");

    // Kept elsewhere, or in place of another member.
    private static readonly string[] NotThere = [nameof(ClientSpec.ClientSecret), nameof(ClientSpec.Roles), nameof(ClientSpec.Jwks), .. CertificateNames];

    // Of them a client has one, and no keys then.
    private static readonly (string Member, Func<ClientSpec, ClientSpec> Set)[] Certified =
    [
        (nameof(ClientSpec.TlsClientAuthSubjectDn), client => client with { TlsClientAuthSubjectDn = "CN=shop,O=Example" }),
        (nameof(ClientSpec.TlsClientAuthSanDns), client => client with { TlsClientAuthSanDns = "shop.example.test" }),
        (nameof(ClientSpec.TlsClientAuthSanUri), client => client with { TlsClientAuthSanUri = "spiffe://example.test/shop" }),
        (nameof(ClientSpec.TlsClientAuthSanIp), client => client with { TlsClientAuthSanIp = "2001:db8::1" }),
        (nameof(ClientSpec.TlsClientAuthSanEmail), client => client with { TlsClientAuthSanEmail = "shop@example.test" }),
    ];

    [Fact]
    public void Every_member_has_a_value_that_is_not_usual_in_this_test()
    {
        var usual = new ClientSpec("usual", ClientType.Service);

        Assert.All(
            typeof(ClientSpec).GetProperties().Where(member => member.CanWrite && !NotThere.Contains(member.Name)),
            member => Assert.NotEqual(member.GetValue(usual), member.GetValue(Everything)));
    }

    [Fact]
    public async Task What_was_described_is_what_is_read()
    {
        foreach (var spec in new[] { Everything, Everything with { Type = ClientType.Native, Grants = [ClientGrant.AuthorizationCode], SenderConstraint = SenderConstraint.None, RequirePar = false, RequireSignedRequestObject = false, Fapi2 = false, TokenEndpointAuthMethod = null, JwksUri = null, StrictClientAssertions = false, TokenExchange = null }, Everything with { JwksUri = null, Jwks = PublicKeys } })
        {
            var read = StoredClient.SpecOf(await StoreAsync(spec));

            Assert.Equal(JsonSerializer.Serialize(spec, ApiJson.Options), JsonSerializer.Serialize(read, ApiJson.Options));
        }
    }

    [Fact]
    public async Task What_was_described_of_a_certificate_is_what_is_read()
    {
        var bare = Everything with { TokenEndpointAuthMethod = ClientAuthentication.TlsClientAuth, JwksUri = null, StrictClientAssertions = false, SenderConstraint = SenderConstraint.Mtls };
        using var certificate = TestAuthority.SelfSigned("CN=shop");
        foreach (var spec in Certified.Select(name => name.Set(bare)).Append(bare with { TokenEndpointAuthMethod = ClientAuthentication.SelfSignedTlsClientAuth, Jwks = MtlsSystem.Set(certificate) }))
        {
            var read = StoredClient.SpecOf(await StoreAsync(spec));

            Assert.Equal(Written(spec), Written(read));
        }

        Assert.Equal(CertificateNames, Certified.Select(name => name.Member));
    }

    [Fact]
    public async Task A_row_says_what_its_client_is_described_as_and_nothing_else()
    {
        // What FAPI 2.0 sets anyway would hide a change.
        var plain = Everything with { Fapi2 = false };
        var usual = new ClientSpec("usual", ClientType.Service);
        var row = await StoreAsync(plain);
        var unnoticed = new List<string>();
        foreach (var member in typeof(ClientSpec).GetProperties().Where(member => member.CanWrite && !NotThere.Contains(member.Name)))
        {
            var changed = plain with { };
            member.SetValue(changed, member.Name switch
            {
                nameof(ClientSpec.Fapi2) => true,
                nameof(ClientSpec.JwksUri) => "https://shop.example.test/others",
                _ => member.GetValue(usual),
            });
            if (StoredClient.Says(row, ClientRegistrar.Describe(changed)))
            {
                unnoticed.Add(member.Name);
            }
        }

        // The identifier is what the row was found by, the type is kept elsewhere, and the method is what follows from the keys.
        Assert.Equal([nameof(ClientSpec.ClientId), nameof(ClientSpec.Type), nameof(ClientSpec.TokenEndpointAuthMethod)], unnoticed);
        Assert.True(StoredClient.Says(row, ClientRegistrar.Describe(plain)));
        Assert.False(StoredClient.Says(row, ClientRegistrar.Describe(plain with { RedirectUris = [.. plain.RedirectUris, "https://shop.example.test/third"] })));
    }

    [Fact]
    public void Every_member_can_be_asked_for_and_changed()
    {
        var own = typeof(ClientSpec).GetProperties().Where(member => member.CanWrite).Select(member => member.Name).ToList();
        string[] fixedMembers = [nameof(ClientSpec.ClientId), nameof(ClientSpec.Type)];
        string[] notHere = [nameof(ClientSpec.ClientSecret), nameof(ClientSpec.Roles)];

        Assert.Equal(own.Except(notHere).Order(), typeof(CreateClientRequest).GetProperties().Select(member => member.Name).Order());
        Assert.Equal(own.Except(notHere).Except(fixedMembers).Order(), typeof(UpdateClientRequest).GetProperties().Select(member => member.Name).Order());
    }

    private static string[] CertificateNames => [.. typeof(ClientSpec).GetProperties().Select(member => member.Name).Where(name => name.StartsWith("TlsClientAuth", StringComparison.Ordinal))];

    // Members of a key may be in another order.
    private static string Written(ClientSpec spec) => JsonSerializer.Serialize(spec with { Jwks = null }, ApiJson.Options)
        + string.Join(' ', spec.Jwks?.GetProperty("keys").EnumerateArray().SelectMany(key => key.EnumerateObject()).Select(member => member.ToString()).Order(StringComparer.Ordinal).ToArray() ?? []);

    private async Task<ClientEntity> StoreAsync(ClientSpec spec)
    {
        var unique = spec with { ClientId = $"{spec.ClientId}-{Guid.CreateVersion7():n}" };
        await system.RegisterAsync(unique);
        var client = await system.InStoreAsync(store => Task.FromResult(store.Set<ClientEntity>().Single(row => row.ClientId == unique.ClientId)));
        client.ClientId = spec.ClientId;
        return client;
    }
}
