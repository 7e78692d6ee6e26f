using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Protocol.SignedResponses;

/// <summary>Checks what the server has signed as a client would: with a library, by the published keys, each for the algorithm that is published with it.</summary>
internal static class SignedCalls
{
    /// <summary>The claims of a JWT that this server has signed for a client.</summary>
    public static async Task<JsonElement> VerifiedAsync(this RunningSystem system, string token, string audience)
    {
        using var anonymous = system.Anonymous();
        var published = new JsonWebKeySet(await anonymous.GetStringAsync(new Uri(".well-known/jwks", UriKind.Relative), TestContext.Current.CancellationToken));
        var header = Jwt.HeaderOf(token);
        var key = Assert.Single(published.Keys, key => key.Kid == header.Text("kid"));
        var result = await new JsonWebTokenHandler().ValidateTokenAsync(token, new()
        {
            ValidIssuer = system.PublicUrl.AbsoluteUri,
            ValidAudience = audience,
            IssuerSigningKey = key,
            ValidAlgorithms = [key.Alg],
            RequireExpirationTime = false,
        });
        Assert.True(result.IsValid, result.Exception?.Message);
        return Jwt.ClaimsOf(token);
    }
}
