using System.Text.Json;
using UserDomain.AdminUi.SignIn;

namespace UserDomain.AdminUi.Access;

/// <summary>Keeps the tokens of each session on the server.</summary>
internal sealed class TokenStore(SessionVault vault, TimeProvider time)
{
    private const string Part = "tokens";

    public async Task<TokenSet?> LoadAsync(string handle, CancellationToken cancellationToken) =>
        await vault.GetAsync(Part, handle, cancellationToken) is { } stored ? JsonSerializer.Deserialize<TokenSet>(stored) : null;

    public Task SaveAsync(string handle, TokenSet tokens, DateTimeOffset until, CancellationToken cancellationToken) =>
        vault.SetAsync(Part, handle, JsonSerializer.SerializeToUtf8Bytes(tokens), until, time.GetUtcNow(), cancellationToken);

    public Task RemoveAsync(string handle, CancellationToken cancellationToken) => vault.RemoveAsync(Part, handle, cancellationToken);
}
