using System.Buffers.Text;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.WebUtilities;

namespace UserDomain.Testing;

/// <summary>What the token endpoint answers (RFC 6749 section 5.1).</summary>
public sealed record TokenAnswer(
    [property: JsonPropertyName("access_token")] string AccessToken,
    [property: JsonPropertyName("id_token")] string? IdToken,
    [property: JsonPropertyName("refresh_token")] string? RefreshToken,
    [property: JsonPropertyName("expires_in")] int ExpiresIn)
{
    /// <summary>The session the tokens belong to, of a person who signed in.</summary>
    [JsonIgnore]
    public Guid SessionId => JsonSerializer.Deserialize<JsonElement>(Base64Url.DecodeFromChars(AccessToken.Split('.')[1])).GetProperty("sid").GetGuid();
}

/// <summary>
/// A person's browser in front of a web application, without script: it follows redirects, keeps cookies and submits forms. The application's
/// side, code and PKCE, is done by hand here; the end-to-end tests do it with independent clients.
/// </summary>
public sealed partial class WebVisitor : IDisposable
{
    /// <summary>Where the application wants its codes; nothing listens there.</summary>
    public const string RedirectUri = "http://localhost:9/callback";

    /// <summary>Where the application wants people back after signing out.</summary>
    public const string PostLogoutRedirectUri = "http://localhost:9/signed-out";

    private readonly string[] _scopes;

    /// <summary>Opens a browser with nothing in it.</summary>
    /// <param name="publicUrl">Where the product answers.</param>
    /// <param name="clientId">The application's id.</param>
    /// <param name="clientSecret">Its secret.</param>
    /// <param name="scopes">What it asks for.</param>
    /// <param name="through">What its requests pass before they are sent; nothing by default.</param>
    public WebVisitor(Uri publicUrl, string clientId, string clientSecret, string[] scopes, Func<SocketsHttpHandler, HttpMessageHandler>? through = null)
    {
        ClientId = clientId;
        ClientSecret = clientSecret;
        _scopes = scopes;
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = Cookies };
        Http = new HttpClient(through?.Invoke(handler) ?? handler) { BaseAddress = publicUrl };
    }

    /// <summary>The application's id.</summary>
    public string ClientId { get; }

    /// <summary>What redeems the codes it asked for (RFC 7636).</summary>
    public string Verifier { get; } = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>The application's secret.</summary>
    public string ClientSecret { get; }

    /// <summary>The browser's cookies.</summary>
    public CookieContainer Cookies { get; } = new();

    /// <summary>The browser: keeps cookies, follows nothing by itself.</summary>
    public HttpClient Http { get; }

    /// <summary>The URL the application sends the browser to.</summary>
    public string AuthorizeUrl(params (string Name, string Value)[] more)
    {
        var parameters = new Dictionary<string, string?>
        {
            ["response_type"] = "code",
            ["client_id"] = ClientId,
            ["redirect_uri"] = RedirectUri,
            ["scope"] = string.Join(' ', _scopes),
            ["state"] = "af0ifjsldkj",
            ["nonce"] = "n-0S6_WzA2Mj",
            ["code_challenge"] = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier))),
            ["code_challenge_method"] = "S256",
        };
        foreach (var (name, value) in more)
        {
            parameters[name] = value;
        }

        return QueryHelpers.AddQueryString("connect/authorize", parameters);
    }

    /// <summary>Goes from the application through sign-in, and consent if asked, back to it with a code, and redeems the code.</summary>
    public async Task<TokenAnswer> SignInAsync(string userName, string password, params (string Name, string Value)[] more) =>
        await RedeemAsync(await CodeAsync(userName, password, more));

    /// <summary>Signs in and comes back with a code.</summary>
    public async Task<string> CodeAsync(string userName, string password, params (string Name, string Value)[] more)
    {
        var response = await FollowAsync(await Http.GetAsync(AuthorizeUrl(more)));
        if (response.RequestMessage!.RequestUri!.AbsolutePath == "/account/sign-in")
        {
            response = await SubmitAsync(response, new() { ["username"] = userName, ["password"] = password });
        }

        if (response.RequestMessage!.RequestUri!.AbsolutePath == "/account/consent")
        {
            response = await SubmitAsync(response, new() { ["decision"] = "allow" });
        }

        return QueryOf(response).TryGetValue("code", out var code)
            ? code!
            : throw new InvalidOperationException($"No code but {response.StatusCode} at {response.RequestMessage?.RequestUri} to {response.Headers.Location}: {await response.Content.ReadAsStringAsync()}");
    }

    /// <summary>Exchanges a code.</summary>
    public async Task<TokenAnswer> RedeemAsync(string code, params (string Name, string Value)[] more)
    {
        using var response = await PostTokenAsync([("grant_type", "authorization_code"), ("code", code), ("redirect_uri", RedirectUri), ("code_verifier", Verifier), .. more]);
        return response.IsSuccessStatusCode
            ? (await response.Content.ReadFromJsonAsync<TokenAnswer>())!
            : throw new InvalidOperationException(await response.Content.ReadAsStringAsync());
    }

    /// <summary>Exchanges a refresh token.</summary>
    public async Task<TokenAnswer> RefreshAsync(string refreshToken)
    {
        using var response = await PostTokenAsync(("grant_type", "refresh_token"), ("refresh_token", refreshToken));
        return response.IsSuccessStatusCode
            ? (await response.Content.ReadFromJsonAsync<TokenAnswer>())!
            : throw new InvalidOperationException(await response.Content.ReadAsStringAsync());
    }

    /// <summary>Asks the token endpoint, as the application.</summary>
    public Task<HttpResponseMessage> PostTokenAsync(params (string Name, string Value)[] form) => PostAsApplicationAsync("connect/token", form);

    /// <summary>Posts a form to a protocol endpoint, as the application.</summary>
    public Task<HttpResponseMessage> PostAsApplicationAsync(string endpoint, params (string Name, string Value)[] form) =>
        Http.PostAsync(new Uri(endpoint, UriKind.Relative), new FormUrlEncodedContent(
            form.Append(("client_id", ClientId)).Append(("client_secret", ClientSecret)).Select(pair => new KeyValuePair<string, string>(pair.Item1, pair.Item2))));

    /// <summary>Follows redirects on the product's own host; stops before one that leaves it.</summary>
    public async Task<HttpResponseMessage> FollowAsync(HttpResponseMessage response)
    {
        for (var hops = 0; hops < 10 && response.Headers.Location is { } location; hops++)
        {
            var target = new Uri(response.RequestMessage!.RequestUri!, location);
            if (target.Authority != Http.BaseAddress!.Authority)
            {
                break;
            }

            response = await Http.GetAsync(target);
        }

        return response;
    }

    /// <summary>Submits the form of a page with its hidden fields, and follows.</summary>
    public async Task<HttpResponseMessage> SubmitAsync(HttpResponseMessage page, Dictionary<string, string> fields) =>
        await FollowAsync(await PostFormAsync(page, fields));

    /// <summary>Submits the form of a page with its hidden fields.</summary>
    public async Task<HttpResponseMessage> PostFormAsync(HttpResponseMessage page, Dictionary<string, string> fields)
    {
        var html = await page.Content.ReadAsStringAsync();
        foreach (Match hidden in HiddenField().Matches(html))
        {
            fields.TryAdd(WebUtility.HtmlDecode(hidden.Groups["name"].Value), WebUtility.HtmlDecode(hidden.Groups["value"].Value));
        }

        var action = FormAction().Match(html).Groups["action"].Value;
        var target = new Uri(page.RequestMessage!.RequestUri!, WebUtility.HtmlDecode(action));
        return await Http.PostAsync(target, new FormUrlEncodedContent(fields));
    }

    /// <summary>The query of the redirect a response ends in.</summary>
    public static Dictionary<string, string?> QueryOf(HttpResponseMessage response) =>
        QueryHelpers.ParseQuery(response.Headers.Location?.Query).ToDictionary(pair => pair.Key, pair => (string?)pair.Value);

    /// <inheritdoc />
    public void Dispose() => Http.Dispose();

    [GeneratedRegex("""<input(?=[^>]*type="hidden")(?=[^>]*name="(?<name>[^"]*)")(?=[^>]*value="(?<value>[^"]*)")[^>]*>""")]
    private static partial Regex HiddenField();

    [GeneratedRegex("""<form[^>]*action="(?<action>[^"]*)"|<form""")]
    private static partial Regex FormAction();
}
