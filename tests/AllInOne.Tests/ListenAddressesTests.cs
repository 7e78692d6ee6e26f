using UserDomain.AllInOne.Hosting;
using UserDomain.ServiceDefaults.Hosting;

namespace UserDomain.AllInOne.Tests;

public sealed class ListenAddressesTests
{
    [Theory]
    [InlineData("http://localhost:8080", "http://localhost:8080")]
    [InlineData("http://127.0.0.1:5000", "http://127.0.0.1:5000")]
    [InlineData("https://localhost:8443", "https://*:8443")]
    [InlineData("https://id.example.com", "https://*:443")]
    public void It_listens_on_the_port_of_the_public_url_and_on_loopback_alone_unless_it_is_https(string url, string expected) =>
        Assert.Equal([expected], Of(url));

    [Fact]
    public void The_settings_of_the_framework_go_first()
    {
        Assert.Equal(["http://*:1", "http://*:2"], Of("https://id.example.com", ("urls", "http://*:1;http://*:2")));
        Assert.Equal(["http://*:8080"], Of("https://id.example.com", ("http_ports", "8080")));
    }

    [Fact]
    public void It_listens_where_certificates_are_asked_for_unless_the_settings_of_the_framework_say_otherwise()
    {
        var mtls = ("UserDomain:Mtls:Url", "https://mtls.example.com:9443");

        Assert.Equal(["https://*:443", "https://*:9443"], Of("https://id.example.com", mtls));
        Assert.Equal(["http://localhost:8080", "https://*:9443"], Of("http://localhost:8080", mtls));
        Assert.Equal(["http://*:1"], Of("https://id.example.com", mtls, ("urls", "http://*:1")));
    }

    private static IReadOnlyList<string> Of(string publicUrl, params (string Name, string Value)[] others)
    {
        using var configuration = new ConfigurationManager();
        configuration["UserDomain:PublicUrl"] = publicUrl;
        foreach (var (name, value) in others)
        {
            configuration[name] = value;
        }

        return ListenAddresses.Of(configuration, UserDomainSettings.Read(configuration));
    }
}
