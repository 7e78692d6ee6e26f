using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.Extensions.Options;
using UserDomain.AdminUi.SignIn;
using UserDomain.Contracts;

namespace UserDomain.AdminUi.Access;

/// <summary>What the token endpoint answered (RFC 6749 sections 5.1 and 5.2).</summary>
internal sealed record TokenAnswer(
    [property: JsonPropertyName("access_token")] string? AccessToken,
    [property: JsonPropertyName("expires_in")] int ExpiresIn,
    [property: JsonPropertyName("refresh_token")] string? RefreshToken,
    [property: JsonPropertyName("error")] string? Error);

/// <summary>Asks the identity server for a token for one API by a refresh that names it as the resource (RFC 8707 section 2.2).</summary>
internal sealed class TokenEndpoint(IOptionsMonitor<OpenIdConnectOptions> options)
{
    public async Task<TokenAnswer> RefreshAsync(string refreshToken, Api api, CancellationToken cancellationToken)
    {
        var client = options.Get(SignInRegistration.IdentityServer);
        var server = await client.ConfigurationManager!.GetConfigurationAsync(cancellationToken);
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "refresh_token",
            ["refresh_token"] = refreshToken,
            ["resource"] = api.Audience,
            ["client_id"] = client.ClientId!,
            ["client_secret"] = client.ClientSecret!,
        });
        using var response = await client.Backchannel.PostAsync(server.TokenEndpoint, form, cancellationToken);
        if ((int)response.StatusCode is not (200 or 400 or 401))
        {
            response.EnsureSuccessStatusCode();
        }

        return await response.Content.ReadFromJsonAsync<TokenAnswer>(cancellationToken)
            ?? throw new HttpRequestException("The token endpoint answered nothing.");
    }
}
