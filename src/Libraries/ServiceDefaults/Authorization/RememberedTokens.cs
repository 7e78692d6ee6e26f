using Microsoft.Extensions.Caching.Memory;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace UserDomain.ServiceDefaults.Authorization;

/// <summary>
/// Validates a token once and knows it from then on by all its characters, for as long as it lives and the issuer publishes the same keys: to check an ES256 signature
/// costs three times what is left of a request. What is asked of each request anew (possession, rights, revocation) is no part of it.
/// </summary>
internal sealed class RememberedTokens(IssuerKeys keys, TimeProvider time) : JsonWebTokenHandler, IDisposable
{
    // Characters of all tokens together; what is kept of one takes about ten bytes for each.
    private const int Most = 1_000_000;

    private readonly MemoryCache _tokens = new(new MemoryCacheOptions { SizeLimit = Most });

    public override async Task<TokenValidationResult> ValidateTokenAsync(string token, TokenValidationParameters validationParameters)
    {
        var configuration = await keys.GetConfigurationAsync(CancellationToken.None);
        if (_tokens.TryGetValue(token, out Remembered? known) && known!.Configuration == configuration && TokenLife.Includes(known.Token, time.GetUtcNow()))
        {
            return known.Result();
        }

        var result = await base.ValidateTokenAsync(token, validationParameters);
        if (result is { IsValid: true, SecurityToken: JsonWebToken valid })
        {
            _tokens.Set(token, new Remembered(configuration, valid, result), new MemoryCacheEntryOptions { AbsoluteExpiration = TokenLife.EndOf(valid), Size = token.Length });
        }

        return result;
    }

    public void Dispose() => _tokens.Dispose();

    private sealed record Remembered(OpenIdConnectConfiguration Configuration, JsonWebToken Token, TokenValidationResult Valid)
    {
        // Each request its own identity: the library lets handlers add claims.
        public TokenValidationResult Result() => new()
        {
            IsValid = true,
            ClaimsIdentity = Valid.ClaimsIdentity.Clone(),
            SecurityToken = Token,
            Issuer = Valid.Issuer,
            TokenType = Valid.TokenType,
        };
    }
}
