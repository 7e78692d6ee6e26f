using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using UserDomain.LoadDriver.Servers;

namespace UserDomain.LoadDriver.Callers;

/// <summary>One who asks a server over and over: the web application with the browser of its user, and the service, on one connection.</summary>
internal sealed partial class Caller : IDisposable
{
    private const string RedirectUri = "http://localhost:9/callback";
    private const string WebClient = "bench-web";
    private const string ServiceClient = "bench-service";
    private const string UserName = "bench-user";
    private const int VerifierBytes = 32;
    private const int MostRedirects = 10;

    private readonly Connection _connection;
    private readonly Settings _settings;

    private Caller(Connection connection, Endpoints endpoints, Settings settings) =>
        (_connection, Endpoints, _settings) = (connection, endpoints, settings);

    /// <summary>Where the server is asked for what.</summary>
    public Endpoints Endpoints { get; }

    public static async Task<Caller> ConnectAsync(Server server, Settings settings)
    {
        var connection = new Connection(server.Address);
        return new(connection, await Endpoints.ReadAsync(connection, server.Address), settings);
    }

    public Task<Answer> GetAsync(Uri url, string? accessToken = null) => _connection.GetAsync(url, accessToken);

    /// <summary>Gets a token for the service itself.</summary>
    public async Task<Tokens> TokenForServiceAsync(string scope) =>
        Tokens.Of(await PostAsync(Endpoints.Token, ServiceClient, [new("grant_type", "client_credentials"), new("scope", scope)]));

    /// <summary>Signs the user in with a password in a browser that has never been here, and gets tokens.</summary>
    public Task<Tokens> SignInAsync(string scope)
    {
        _connection.Cookies = new();
        return AuthorizeAsync(scope);
    }

    /// <summary>Gets a code, through the sign-in page if the browser is not signed in, and redeems it.</summary>
    public async Task<Tokens> AuthorizeAsync(string scope)
    {
        var verifier = RandomText();
        var state = RandomText();
        var code = await CodeAsync(scope, state, Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier))));
        return Tokens.Of(await PostAsync(Endpoints.Token, WebClient,
            [new("grant_type", "authorization_code"), new("code", code), new("redirect_uri", RedirectUri), new("code_verifier", verifier)]));
    }

    /// <summary>Gets new tokens for a refresh token.</summary>
    public async Task<Tokens> RefreshAsync(string refreshToken) =>
        Tokens.Of(await PostAsync(Endpoints.Token, WebClient, [new("grant_type", "refresh_token"), new("refresh_token", refreshToken)]));

    /// <summary>Asks what a token is worth, as the application it was issued to.</summary>
    public Task<Answer> IntrospectAsync(string token) => PostAsync(Endpoints.Introspection, WebClient, [new("token", token)]);

    public void Dispose() => _connection.Dispose();

    private static string RandomText() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(VerifierBytes));

    private async Task<string> CodeAsync(string scope, string state, string challenge)
    {
        KeyValuePair<string, string>[] query =
        [
            new("response_type", "code"), new("client_id", WebClient), new("redirect_uri", RedirectUri), new("scope", scope), new("state", state),
            new("nonce", RandomText()), new("code_challenge", challenge), new("code_challenge_method", "S256"),
        ];
        var start = new Uri($"{Endpoints.Authorization}?{string.Join('&', query.Select(pair => $"{pair.Key}={Uri.EscapeDataString(pair.Value)}"))}");
        var answer = await FollowAsync(await _connection.GetAsync(start));
        if (answer.Location is null)
        {
            answer = await FollowAsync(await SubmitAsync(answer.Expect(HttpStatusCode.OK)));
        }

        var back = QueryOf(answer.Location ?? throw answer.Wrong("no redirect after the sign-in"));
        return back.GetValueOrDefault("state") == state && back.GetValueOrDefault("code") is { Length: > 0 } code
            ? code
            : throw answer.Wrong($"no code with our state: {answer.Location}");
    }

    /// <summary>Follows redirects up to the one that leads to the application.</summary>
    private async Task<Answer> FollowAsync(Answer answer)
    {
        for (var redirects = 0; answer.Location is { } next && !next.AbsoluteUri.StartsWith(RedirectUri, StringComparison.Ordinal); redirects++)
        {
            answer = redirects < MostRedirects ? await _connection.GetAsync(next) : throw answer.Wrong("redirects without end");
        }

        return answer;
    }

    /// <summary>Fills in the form of a sign-in page.</summary>
    private Task<Answer> SubmitAsync(Answer page)
    {
        var html = page.Text;
        var fields = HiddenField().Matches(html).Select(match => KeyValuePair.Create(WebUtility.HtmlDecode(match.Groups["name"].Value), WebUtility.HtmlDecode(match.Groups["value"].Value)));
        var action = FormAction().Match(html) is { Success: true } form ? WebUtility.HtmlDecode(form.Groups["action"].Value) : throw page.Wrong("no form");
        return _connection.PostAsync(new(page.Url, action), [.. fields, new("username", UserName), new("password", _settings.Password)]);
    }

    private Task<Answer> PostAsync(Uri endpoint, string client, IEnumerable<KeyValuePair<string, string>> form) =>
        _connection.PostAsync(endpoint, [.. form, new("client_id", client), new("client_secret", _settings.ClientSecret)]);

    private static Dictionary<string, string> QueryOf(Uri url) =>
        url.Query.TrimStart('?').Split('&').Select(pair => pair.Split('=', 2)).Where(pair => pair.Length == 2).ToDictionary(pair => pair[0], pair => Uri.UnescapeDataString(pair[1]));

    [GeneratedRegex("""<input(?=[^>]*type="hidden")(?=[^>]*name="(?<name>[^"]*)")(?=[^>]*value="(?<value>[^"]*)")[^>]*>""")]
    private static partial Regex HiddenField();

    [GeneratedRegex("""<form[^>]*action="(?<action>[^"]*)"[^>]*>""")]
    private static partial Regex FormAction();
}
