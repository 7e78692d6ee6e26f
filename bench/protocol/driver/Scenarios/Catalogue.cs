using System.Net;
using System.Text.Json;
using UserDomain.LoadDriver.Callers;
using UserDomain.LoadDriver.Servers;

namespace UserDomain.LoadDriver.Scenarios;

/// <summary>Everything that can be measured.</summary>
internal sealed class Catalogue
{
    private const string ApiScope = "roles:read";

    // With a scope of an API the access token is a JWT for that API; without, it is for UserInfo only.
    private const string SignInScope = "openid profile email offline_access profile:self";
    private const string UserInfoScope = "openid profile email";

    // Passwords are checked one at a time on one core: more would wait in line, and are refused when that is long.
    private const int SignInConnections = 2;

    // A processor that has no time left says nothing of who goes first: eight connections are 1,600 tokens in a second, a tenth of what there could be.
    private static readonly TimeSpan BesidePause = TimeSpan.FromMilliseconds(4);

    private readonly Installation _installation;
    private readonly Settings _settings;

    private Catalogue(Installation installation, Settings settings) => (_installation, _settings) = (installation, settings);

    private Server[] Peers =>
        [.. new[] { _installation.Product, _installation.OpenIddict, _installation.OidcProvider }.Where(server => _settings.Servers is [] || _settings.Servers.Contains(server.Name))];

    public static IReadOnlyList<IScenario> Of(Installation installation, Settings settings) => new Catalogue(installation, settings).All();

    private IReadOnlyList<IScenario> All() =>
    [
        new StartScenario(Peers),
        OfPeers("discovery", Discovery),
        OfPeers("jwks", Keys),
        OfPeers("client-credentials", ClientCredentials),
        OfPeers("refresh", RefreshAsync),
        OfPeers("code", CodeAsync),
        OfPeers("sign-in", SignIn, SignInConnections),
        OfPeers("introspection", IntrospectionAsync),
        OfPeers("userinfo", UserInfoAsync),
        Bearer(),
        BesideSignIns(),
        Of("embedded-refresh", [_installation.Embedded], RefreshAsync),
    ];

    private LoadScenario OfPeers(string name, Func<Caller, Task<Func<Task>>> prepare, int? connections = null) => Of(name, Peers, prepare, connections);

    private LoadScenario Of(string name, Server[] servers, Func<Caller, Task<Func<Task>>> prepare, int? connections = null) =>
        new(name, [.. servers.Select(server => new Subject(server.Name, server, async measured =>
        {
            var caller = await Caller.ConnectAsync(measured, _settings);
            return new(await prepare(caller), caller);
        }))])
        { Connections = connections };

    private static Task<Func<Task>> Discovery(Caller caller) => Operation(async () =>
    {
        var answer = await caller.GetAsync(caller.Endpoints.Configuration);
        Expect(answer, answer.Member("issuer").GetString() == caller.Endpoints.Issuer);
    });

    private static Task<Func<Task>> Keys(Caller caller) => Operation(async () =>
    {
        var answer = await caller.GetAsync(caller.Endpoints.Keys);
        Expect(answer, answer.Member("keys").EnumerateArray().Any(key => key.GetProperty("kty").GetString() == "EC"));
    });

    private static Task<Func<Task>> ClientCredentials(Caller caller) =>
        Operation(async () => (await caller.TokenForServiceAsync(ApiScope)).ExpectJwt());

    private static async Task<Func<Task>> RefreshAsync(Caller caller)
    {
        var tokens = (await caller.SignInAsync(SignInScope)).ExpectAll();
        return async () =>
        {
            var next = (await caller.RefreshAsync(tokens.RefreshToken!)).ExpectJwt();
            tokens = next.RefreshToken is { Length: > 0 } && next.RefreshToken != tokens.RefreshToken ? next : throw new WrongAnswerException("The refresh token was not rotated.");
        };
    }

    private static async Task<Func<Task>> CodeAsync(Caller caller)
    {
        await caller.SignInAsync(SignInScope);
        return async () => (await caller.AuthorizeAsync(SignInScope)).ExpectJwt().ExpectAll();
    }

    private static Task<Func<Task>> SignIn(Caller caller) =>
        Operation(async () => (await caller.SignInAsync(SignInScope)).ExpectJwt().ExpectAll());

    private static async Task<Func<Task>> IntrospectionAsync(Caller caller)
    {
        var tokens = await caller.SignInAsync(UserInfoScope);
        return async () =>
        {
            var answer = await caller.IntrospectAsync(tokens.AccessToken);
            Expect(answer, answer.Member("active").ValueKind == JsonValueKind.True);
        };
    }

    private static async Task<Func<Task>> UserInfoAsync(Caller caller)
    {
        var tokens = await caller.SignInAsync(UserInfoScope);
        return async () =>
        {
            var answer = await caller.GetAsync(caller.Endpoints.UserInfo, tokens.AccessToken);
            Expect(answer, answer.Member("email").GetString() == "bench-user@example.test");
        };
    }

    // The same address with and without a token: the difference is what the check of the token costs. Below it what an API does for one who may.
    private LoadScenario Bearer() => new("bearer",
    [
        OfApi("health, anonymous", "health/live", withToken: false),
        OfApi("health, token", "health/live", withToken: true),
        OfApi("permissions, token", "api/v1/permissions?limit=1", withToken: true),
    ]);

    private Subject OfApi(string name, string path, bool withToken) => new(name, _installation.RoleApi, async api =>
    {
        using var service = await Caller.ConnectAsync(_installation.Product, _settings);
        var token = withToken ? (await service.TokenForServiceAsync(ApiScope)).AccessToken : null;
        var connection = new Connection(api.Address, api.PublicHost);
        var url = new Uri(api.Address, path);
        return new(async () => (await connection.GetAsync(url, token)).Expect(HttpStatusCode.OK), connection);
    });

    // What is cheap shall not wait for what is dear: the same tokens, and beside as many sign-ins as are let in at a time.
    private LoadScenario BesideSignIns() => new("beside-sign-ins", [OfService("service tokens alone", signIns: 0), OfService("beside sign-ins", SignInConnections)]) { Pause = BesidePause };

    private Subject OfService(string name, int signIns)
    {
        var begun = 0;
        return new(name, _installation.Product, async measured =>
        {
            var caller = await Caller.ConnectAsync(measured, _settings);
            var operation = await ClientCredentials(caller);
            if (begun++ % _settings.Connections >= signIns)
            {
                return new(operation, caller);
            }

            var person = await Caller.ConnectAsync(measured, _settings);
            return new(operation, caller) { Beside = new OtherLoad(await SignIn(person), person) };
        });
    }

    private static Task<Func<Task>> Operation(Func<Task> operation) => Task.FromResult(operation);

    private static void Expect(Answer answer, bool condition)
    {
        if (!condition)
        {
            throw answer.Wrong("not as expected");
        }
    }
}
