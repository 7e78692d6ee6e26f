using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using CsCheck;
using UserDomain.IdentityServer.Clients;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Protocol;

/// <summary>Redirect URIs at random, where they are used: nobody is sent to an address that was not registered (TOK-03, TST-01).</summary>
public sealed partial class RedirectUriFuzzTests(RunningSystem system)
{
    private static readonly string[] Registered = ["http://localhost/callback", "http://127.0.0.1/callback", "http://[::1]/callback?a=b", "https://app.example.test/callback", "com.example.app:/callback"];

    private static readonly Gen<string> Sent = Gen.OneOf(
        Gen.Select(
            Gen.OneOf("http://", "HTTP://", "https://", "http:", "http:\\\\"),
            Gen.OneOf("", "", "", "user@", "@", "evil.test\\@"),
            Gen.OneOf("localhost", "LOCALHOST", "loopback", "LOOPBACK", "localhost.", "127.0.0.1", "127.1", "127.0.0.2", "2130706433", "0x7f.0.0.1", "[::1]", "[0::1]", "[::ffff:127.0.0.1]", "127.0.0.1.evil.test", "%6cocalhost", "app.example.test"),
            Gen.OneOf("", ":", ":80", ":8080", ":51004", ":051004", ":99999", ":1@evil.test", ":1\\evil.test"),
            Gen.OneOf("/callback", "/callback?a=b", "/callback/", "/Callback", "/x/../callback", "/%63allback", "/callback#x", "\\callback", "/callback?a=c", "/callback%00", "/callback ", "/callback?=", "/callback?a=b&;==", ""))
        .Select((scheme, user, host, port, path) => scheme + user + host + port + path),
        Gen.Select(Gen.OneOf(Registered), Mutation.Any).Select((uri, mutate) => mutate(uri)));

    [Theory]
    [InlineData("native")]
    [InlineData("web")]
    public async Task TST_01_TOK_03_Nobody_is_sent_anywhere_but_to_what_is_registered(string type)
    {
        var client = new ClientSpec($"{type}-{Guid.CreateVersion7():n}", Enum.Parse<ClientType>(type, ignoreCase: true)) { RedirectUris = Registered[..(type == "native" ? 5 : 4)], Scopes = ["openid"] };
        await system.RegisterAsync(client);
        using var visitor = new WebVisitor(system.PublicUrl, client.ClientId, "", ["openid"]);

        await Sent.SampleAsync(async sent =>
        {
            // Who is asked nothing is answered at once, at the address or not at all.
            using var answer = await visitor.Http.GetAsync(visitor.AuthorizeUrl(("redirect_uri", sent), ("prompt", "none")));

            var (status, target) = (answer.StatusCode, answer.Headers.Location?.OriginalString);
            Assert.True(target is null
                ? status == HttpStatusCode.BadRequest && !IsRegistered(sent, type)
                : IsRegistered(sent, type) && target.StartsWith(sent + (sent.Contains('?') ? '&' : '?'), StringComparison.Ordinal), $"{sent}: {status} {target}");
        }, iter: 600, threads: 1);
    }

    // RFC 8252 section 7.3: an application on a device listens at a port it gets when it starts.
    private static bool IsRegistered(string sent, string type) =>
        Registered.Contains(sent) && (type == "native" || !sent.StartsWith("com.", StringComparison.Ordinal))
        || (type == "native" && LoopbackPort().Match(sent) is { Success: true } port && int.Parse(port.Groups["port"].Value, CultureInfo.InvariantCulture) <= ushort.MaxValue && Registered.Contains(port.Groups["before"].Value + port.Groups["after"].Value));

    [GeneratedRegex(@"^(?<before>http://(localhost|127\.0\.0\.1|\[::1\])):(?<port>[1-9][0-9]{0,4})(?<after>[/?].*)$")]
    private static partial Regex LoopbackPort();
}
