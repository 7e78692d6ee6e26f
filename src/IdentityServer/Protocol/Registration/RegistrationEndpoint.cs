using Microsoft.AspNetCore.Authentication.JwtBearer;
using UserDomain.Contracts;
using UserDomain.ServiceDefaults.Authorization;
using UserDomain.ServiceDefaults.Hosting;

namespace UserDomain.IdentityServer.Protocol.Registration;

/// <summary>
/// The client registration endpoint (RFC 7591 section 3), for whoever has an access token with the scope and permission for it, and the client
/// configuration endpoint (RFC 7592 section 2), for whoever has the registration access token of the client.
/// </summary>
internal static class RegistrationEndpoint
{
    public const string Path = "/connect/register";

    public static void MapRegistration(this IEndpointRouteBuilder routes)
    {
        routes.MapPost(Path, Register)
            .RequireAuthorization(policy => policy.AddAuthenticationSchemes(JwtBearerDefaults.AuthenticationScheme).RequireAuthenticatedUser())
            .RequireAccess(Scopes.ClientsRegister)
            .WithMetadata(new OAuthErrors());

        // The token of the client is no access token: it is looked at here, and nobody without it learns which clients there are.
        var client = routes.MapGroup($"{Path}/{{clientId}}").AllowAnonymous();
        client.MapGet("", Read);
        client.MapPut("", Replace);
        client.MapDelete("", Delete);
    }

    private static async Task<IResult> Register(HttpContext http, RegisteredClients clients, UserDomainSettings settings)
    {
        var (metadata, unreadable) = await MetadataReader.ReadAsync(http.Request);
        if (metadata is null)
        {
            return unreadable!.ToResult();
        }

        var (registered, refusal) = await clients.RegisterAsync(metadata, http);
        return registered is null
            ? refusal!.ToResult()
            : ClientInformation.Of(registered.Client, registered.Token, registered.Secret, settings).ToResult(StatusCodes.Status201Created);
    }

    private static async Task<IResult> Read(string clientId, HttpContext http, RegisteredClients clients, UserDomainSettings settings) =>
        TokenOf(http.Request) is { } token && await clients.FindAsync(clientId, token, http.RequestAborted) is { } client
            ? ClientInformation.Of(client, token, secret: null, settings).ToResult()
            : Unauthorized(http);

    private static async Task<IResult> Replace(string clientId, HttpContext http, RegisteredClients clients, UserDomainSettings settings)
    {
        if (TokenOf(http.Request) is not { } token || await clients.FindAsync(clientId, token, http.RequestAborted) is null)
        {
            return Unauthorized(http);
        }

        var (metadata, unreadable) = await MetadataReader.ReadAsync(http.Request);
        if (metadata is null)
        {
            return unreadable!.ToResult();
        }

        var (changed, refusal) = await clients.ReplaceAsync(clientId, token, metadata, http);
        return changed is not null ? ClientInformation.Of(changed.Client, token, changed.Secret, settings).ToResult()
            : refusal?.ToResult() ?? Unauthorized(http);
    }

    private static async Task<IResult> Delete(string clientId, HttpContext http, RegisteredClients clients)
    {
        if (TokenOf(http.Request) is not { } token || await clients.FindAsync(clientId, token, http.RequestAborted) is null)
        {
            return Unauthorized(http);
        }

        var (found, refusal) = await clients.DeleteAsync(clientId, token, http);
        return !found ? Unauthorized(http) : refusal?.ToResult() ?? TypedResults.NoContent();
    }

    private static string? TokenOf(HttpRequest request) =>
        request.Headers.Authorization is [{ } sent] && sent.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? sent["Bearer ".Length..].Trim() : null;

    // The same whether the client was never there, is gone or is somebody else's (RFC 7592 section 2.1).
    private static IResult Unauthorized(HttpContext http)
    {
        const string why = "The registration access token is not one of this client.";
        http.Response.Headers.WWWAuthenticate = http.Request.Headers.Authorization.Count == 0 ? "Bearer" : $"Bearer error=\"invalid_token\", error_description=\"{why}\"";
        return new RegistrationRefusal("invalid_token", why, StatusCodes.Status401Unauthorized).ToResult();
    }
}
