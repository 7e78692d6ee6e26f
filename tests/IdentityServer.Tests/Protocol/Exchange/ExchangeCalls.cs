using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using OpenIddict.Server;
using UserDomain.IdentityServer.Clients;
using UserDomain.IdentityServer.Tests.ClientApi;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Protocol.Exchange;

/// <summary>Clients that exchange tokens, and what they send.</summary>
internal static class ExchangeCalls
{
    public const string GrantType = "urn:ietf:params:oauth:grant-type:token-exchange";
    public const string AccessToken = "urn:ietf:params:oauth:token-type:access_token";
    public const string Users = "urn:user-domain:users";

    /// <summary>All that can be allowed at the API for users, with tokens of these clients.</summary>
    public static TokenExchangePolicy TokensOf(params string[] clients) => new() { Audiences = [Users], SubjectClients = clients, Impersonation = true, Delegation = true };

    /// <summary>A service that may exchange tokens, and read users for itself.</summary>
    public static async Task<ServiceClient> ExchangerAsync(this RunningSystem system, TokenExchangePolicy policy, params string[] scopes)
    {
        var client = new ClientSpec(ClientCalls.UniqueId("exchanger"), ClientType.Service)
        {
            Scopes = scopes.Length > 0 ? scopes : ["openid", "users:read"],
            Grants = [ClientGrant.ClientCredentials, ClientGrant.TokenExchange],
            TokenExchange = policy,
        };
        return new(client.ClientId, (await system.RegisterAsync(client))!);
    }

    /// <summary>A user who reads users, their browser, and the token their application has.</summary>
    public static async Task<(WebVisitor Visitor, TokenAnswer Tokens, Guid User)> SubjectAsync(this RunningSystem system, params string[] scopes)
    {
        var name = $"exchanged-{RandomNumberGenerator.GetHexString(12, lowercase: true)}";
        var user = await system.CreateUserAsync(name, roles: "support");
        var visitor = await system.VisitorAsync(scopes.Length > 0 ? scopes : ["users:read"]);
        return (visitor, await visitor.SignInAsync(name, RunningSystem.Password), user);
    }

    /// <summary>The form of an exchange.</summary>
    public static (string Name, string Value)[] Form(string subjectToken, params (string Name, string Value)[] more) =>
        [("grant_type", GrantType), ("subject_token", subjectToken), ("subject_token_type", AccessToken), .. more];

    /// <summary>The form of an exchange with an actor.</summary>
    public static (string Name, string Value)[] Form(string subjectToken, string actorToken, params (string Name, string Value)[] more) =>
        Form(subjectToken, [("actor_token", actorToken), ("actor_token_type", AccessToken), .. more]);

    /// <summary>Exchanges a token.</summary>
    public static Task<HttpResponseMessage> ExchangeAsync(this RunningSystem system, ServiceClient client, params (string Name, string Value)[] form) =>
        system.PostAsync(client, "connect/token", form);

    /// <summary>The token that came of an exchange.</summary>
    public static async Task<string> ExchangedAsync(this RunningSystem system, ServiceClient client, params (string Name, string Value)[] form) =>
        (await system.ExchangeAsync(client, form).BodyAsync()).Text("access_token")!;

    /// <summary>A user's browser with the token their application has, and a service that may exchange it.</summary>
    public static async Task<(WebVisitor Visitor, TokenAnswer Tokens, ServiceClient Service)> ReadyAsync(this RunningSystem system, params string[] scopes)
    {
        var (visitor, tokens, _) = await system.SubjectAsync(["users:read", .. scopes.Except(["users:read"])]);
        return (visitor, tokens, await system.ExchangerAsync(TokensOf(visitor.ClientId)));
    }

    /// <summary>Why an exchange is refused.</summary>
    public static async Task<string> RefusedAsync(this RunningSystem system, ServiceClient client, string error, params (string Name, string Value)[] form) =>
        (await system.ExchangeAsync(client, form).ErrorAsync(HttpStatusCode.BadRequest, error)).Text("error_description")!;

    /// <summary>The token of a client that acts for itself.</summary>
    public static async Task<string> OwnTokenAsync(this RunningSystem system, ServiceClient client) =>
        (await system.TokenAsync(client, ("scope", "users:read")).BodyAsync()).Text("access_token")!;

    /// <summary>A token that is changed and signed with our own key: what we could have issued, or might one day.</summary>
    public static string Reissue(this RunningSystem system, string token, Action<JsonObject> change, string type = "at+jwt")
    {
        var claims = JsonNode.Parse(Jwt.ClaimsOf(token).GetRawText())!.AsObject();
        change(claims);
        var keys = system.PartOf<IOptionsMonitor<OpenIddictServerOptions>>().CurrentValue.SigningCredentials;
        var key = keys.First(credentials => credentials.Key.KeyId == Jwt.HeaderOf(token).Text("kid"));
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(
            claims.ToJsonString(), key, new Dictionary<string, object> { [JwtHeaderParameterNames.Typ] = type });
    }

    /// <summary>Who acts by a token, the last one first.</summary>
    public static List<string> Actors(this JsonElement claims)
    {
        var actors = new List<string>();
        for (var at = claims; at.TryGetProperty("act", out var actor); at = actor)
        {
            actors.Add(actor.Text("sub")!);
        }

        return actors;
    }

    /// <summary>Ends the session a token is of, as an operator would.</summary>
    public static async Task CloseSessionOfAsync(this RunningSystem system, string token)
    {
        using var operators = await system.ClientWithAsync(["sessions:read", "sessions:write"]);
        await operators.SendAsync("DELETE", $"sessions/{Jwt.ClaimsOf(token).Text("sid")}").DoneAsync();
    }

    /// <summary>Disables a client as an operator would.</summary>
    public static async Task DisableAsync(this RunningSystem system, string clientId)
    {
        using var manager = await system.ManagerAsync("users:read", "profile:self");
        var client = Assert.Single((await manager.SendAsync("GET", $"clients?clientId={clientId}").BodyAsync()).Items());
        await manager.SendAsync("POST", $"{client.Path()}/disable").BodyOrNothingAsync();
    }

    private static async Task BodyOrNothingAsync(this Task<HttpResponseMessage> request) => (await request).EnsureSuccessStatusCode();
}
