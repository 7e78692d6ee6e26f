using UserDomain.IdentityServer.Protocol.Subjects;
using TokenEntity = OpenIddict.EntityFrameworkCore.Models.OpenIddictEntityFrameworkCoreToken<System.Guid>;

namespace UserDomain.IdentityServer.Protocol.TokenStorage;

/// <summary>A token a request has made or read.</summary>
/// <param name="token">The token. What handlers change in it is written by <see cref="WriteTokens"/>.</param>
internal sealed class TokenRow(TokenEntity token)
{
    public TokenEntity Token { get; } = token;

    /// <summary>Key of its client.</summary>
    public Guid? ClientId { get; set; }

    /// <summary>The grant it belongs to.</summary>
    public Guid? GrantId { get; set; }

    /// <summary>Whether the store has it: then as it was when it was read.</summary>
    public (string? Status, string? Version)? Stored { get; init; }

    /// <summary>The session its grant was made in.</summary>
    public Guid? SessionId { get; init; }

    /// <summary>Who is signed in there; null for one who is disabled, and for a token that is no user's.</summary>
    public Subject? Subject { get; init; }
}
