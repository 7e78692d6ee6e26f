using System.Collections.Concurrent;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;

namespace UserDomain.EndToEnd.Tests.Applications;

/// <summary>The sessions of a web application that are kept by itself and not in the cookie, so that it can end one without its browser.</summary>
internal sealed class SessionTickets : ITicketStore
{
    private readonly ConcurrentDictionary<string, AuthenticationTicket> _tickets = new();

    public int Count => _tickets.Count;

    public Task<string> StoreAsync(AuthenticationTicket ticket)
    {
        var key = Guid.CreateVersion7().ToString();
        _tickets[key] = ticket;
        return Task.FromResult(key);
    }

    public Task RenewAsync(string key, AuthenticationTicket ticket)
    {
        _tickets[key] = ticket;
        return Task.CompletedTask;
    }

    public Task<AuthenticationTicket?> RetrieveAsync(string key) => Task.FromResult(_tickets.GetValueOrDefault(key));

    public Task RemoveAsync(string key)
    {
        _tickets.TryRemove(key, out _);
        return Task.CompletedTask;
    }

    /// <summary>Ends what belongs to a session of the server.</summary>
    public void End(string session)
    {
        foreach (var (key, _) in _tickets.Where(ticket => ticket.Value.Principal.FindFirst("sid")?.Value == session))
        {
            _tickets.TryRemove(key, out _);
        }
    }
}

/// <summary>The endpoint of an ASP.NET Core application that is told of closed sessions: by the issuer and keys its OpenID Connect handler knows already.</summary>
internal static class BackchannelLogout
{
    private const string Event = "http://schemas.openid.net/event/backchannel-logout";

    private static readonly JsonWebTokenHandler Tokens = new();

    public static void MapBackchannelLogout(this IEndpointRouteBuilder routes, string path) => routes.MapPost(path, EndAsync);

    private static async Task<IResult> EndAsync(HttpRequest request, SessionTickets tickets, IOptionsMonitor<OpenIdConnectOptions> handler)
    {
        var options = handler.Get(OpenIdConnectDefaults.AuthenticationScheme);
        var server = await options.ConfigurationManager!.GetConfigurationAsync(request.HttpContext.RequestAborted);
        var rules = options.TokenValidationParameters.Clone();
        rules.ValidIssuer = server.Issuer;
        rules.ValidAudience = options.ClientId;
        rules.IssuerSigningKeys = server.SigningKeys;
        rules.ValidTypes = ["logout+jwt"];

        var sent = await request.ReadFormAsync(request.HttpContext.RequestAborted);
        var result = await Tokens.ValidateTokenAsync(sent["logout_token"], rules);
        if (!result.IsValid
            || result.SecurityToken is not JsonWebToken token
            || !token.TryGetPayloadValue<JsonElement>("events", out var events) || !events.TryGetProperty(Event, out _)
            || !token.TryGetPayloadValue<string>("sid", out var session)
            || token.TryGetPayloadValue<string>("nonce", out _))
        {
            return Results.BadRequest();
        }

        tickets.End(session);
        return Results.Ok();
    }
}
