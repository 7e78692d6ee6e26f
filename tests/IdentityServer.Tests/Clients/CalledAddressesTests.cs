using UserDomain.IdentityServer.Clients;
using UserDomain.ServiceDefaults.Hosting;

namespace UserDomain.IdentityServer.Tests.Clients;

/// <summary>OUT-01: what an installation would never call it does not keep.</summary>
public sealed class CalledAddressesTests
{
    [Theory]
    [InlineData("https://id.example.test/", "http://localhost:8080/a", false)]
    [InlineData("https://localhost:5001/", "http://localhost:8080/a", false)]
    [InlineData("https://id.example.test/", "https://shop.example.test/a", true)]
    [InlineData("http://localhost:5000/", "http://localhost:8080/a", true)]
    public void OUT_01_An_address_by_http_is_for_an_installation_on_localhost(string publicUrl, string address, bool isTaken)
    {
        var settings = UserDomainSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["UserDomain:PublicUrl"] = publicUrl }).Build());
        var client = new ClientSpec("shop", ClientType.Web) { BackchannelLogoutUri = address, JwksUri = address };

        Assert.Equal(isTaken ? [] : ["jwksUri", "backchannelLogoutUri"], CalledAddresses.ProblemsOf(client, settings).Select(problem => problem.Member));
    }
}
