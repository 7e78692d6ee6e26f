using System.Text.RegularExpressions;
using CsCheck;
using UserDomain.IdentityServer.Clients;

namespace UserDomain.IdentityServer.Tests.Clients;

/// <summary>Which redirect URIs may be registered, at random (TOK-03, TST-01): whatever is accepted means one thing to every browser.</summary>
public sealed partial class RedirectUriRuleTests
{
    private static readonly Gen<string> Uris = Gen.OneOf(
        Gen.Select(
            Gen.OneOf("https://", "http://", "HTTPS://", "https:", "https:/", "https:///", "com.example.app:", "com.example.app:/", "myapp://", "javascript:", "data:", "file://", "//", ""),
            Gen.OneOf("", "user@", "@", "user:pass@", "%61@"),
            Gen.OneOf("app.example.test", "localhost", "LOCALHOST", "loopback", "localhost.", "127.0.0.1", "127.1", "2130706433", "0x7f.0.0.1", "0177.0.0.1", "127.0.0.1.evil.test", "[::1]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::", "%6cocalhost", "app.example.test%2f", "", "*.example.test"),
            Gen.OneOf("", ":", ":443", ":8080", ":99999", ":0", ":-1", ":8a"),
            Gen.OneOf("", "/", "/callback", "/a/../b", "/a/..", "/..", "/.", "/./a", "/%2e%2e/b", "/a/%2E%2e", "/.%2e/x", "/a/.../b", "/a//b", "/a;b", "/%", "/%zz", "/..;/x"),
            Gen.OneOf("", "?", "?a=b", "?a=/../b", "?url=https://evil.test", "#", "#x", "?#", "?iss=a", "?code=x", "?=", "?a=b&==c", "?;ISS"))
        .Select((scheme, user, host, port, path, rest) => scheme + user + host + port + path + rest),
        Gen.Select(Gen.OneOf("https://app.example.test/callback?a=b", "http://localhost/callback", "http://[::1]:8080/callback", "com.example.app:/callback"), Mutation.Any)
            .Select((valid, mutate) => mutate(valid)));

    [Fact]
    public void TST_01_TOK_03_What_may_be_registered_is_an_address_nobody_reads_differently() => Gen.Select(Uris, Gen.Enum<ClientType>()).Sample((uri, type) =>
    {
        if (RedirectUriRule.ProblemOf(uri, type) is not null)
        {
            return;
        }

        var parts = Address().Match(uri);
        if (parts.Success)
        {
            Assert.True(parts.Groups["scheme"].Value.Equals("https", StringComparison.OrdinalIgnoreCase) || Loopback().IsMatch(parts.Groups["host"].Value), uri);
            Assert.Equal(parts.Groups["host"].Value, new Uri(uri).Host, ignoreCase: true);
        }
        else
        {
            Assert.True(type == ClientType.Native && Private().IsMatch(uri), uri);
        }

        Assert.DoesNotContain('#', uri);
        Assert.DoesNotContain(uri.Split('?')[0].Replace("%2e", ".", StringComparison.OrdinalIgnoreCase).Split('/'), segment => segment is "." or "..");
    }, iter: 100_000);

    [Theory]
    [InlineData("https://app.example.test/callback")]
    [InlineData("https://app.example.test:8443/callback?a=/../b")]
    [InlineData("https://app.example.test")]
    [InlineData("https://b\u00fccher.example.test/", false)]
    [InlineData("https://xn--bcher-kva.example.test/callback")]
    [InlineData("http://localhost:8080/callback")]
    [InlineData("http://127.0.0.1/callback")]
    [InlineData("http://[::1]:8080/callback")]
    [InlineData("http://loopback/callback", false)]
    [InlineData("http://127.1/callback", false)]
    [InlineData("http://[::ffff:127.0.0.1]/callback", false)]
    [InlineData("http://[::1]Z8080/callback", false)]
    [InlineData("https://@app.example.test/callback", false)]
    [InlineData("https://app.example.test/a/..", false)]
    [InlineData("https://app.example.test/a/%2e%2E/b", false)]
    [InlineData("https://app.example.test/?issuer=a&is=s")]
    [InlineData("https://app.example.test/?a&&b=")]
    [InlineData("https://app.example.test/?=", false)]
    [InlineData("https://app.example.test/?a=b;==", false)]
    [InlineData("https://app.example.test/?iss=https://evil.test", false)]
    [InlineData("https://app.example.test/?a=b&%69SS", false)]
    public void TOK_03_An_address_of_an_application_may_be_registered_only_as_it_is_reached(string uri, bool allowed = true) =>
        Assert.Equal(allowed, RedirectUriRule.ProblemOf(uri, ClientType.Web) is null);

    [GeneratedRegex(@"^(?<scheme>(?i:https?))://(?<host>[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{0,5})?([/?]|$)")]
    private static partial Regex Address();

    [GeneratedRegex(@"^(localhost|127\.[0-9]+\.[0-9]+\.[0-9]+|\[::1\])$", RegexOptions.IgnoreCase)]
    private static partial Regex Loopback();

    [GeneratedRegex(@"^[a-z][a-z0-9+-]*\.[a-z0-9.+-]*:", RegexOptions.IgnoreCase)]
    private static partial Regex Private();
}
