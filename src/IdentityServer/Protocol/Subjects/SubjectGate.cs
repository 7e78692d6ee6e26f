using System.Security.Claims;
using OpenIddict.Abstractions;
using UserDomain.Contracts;
using UserDomain.Database;
using UserDomain.IdentityServer.Protocol.TokenStorage;
using UserDomain.IdentityStore;
using UserDomain.IdentityStore.Users;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace UserDomain.IdentityServer.Protocol.Subjects;

/// <summary>Decides, for every path that issues a token for a user, whether that user may still have it (TOK-13).</summary>
internal sealed class SubjectGate(IdentityStoreContext store, SubjectQuery query, TokenRows tokens, TimeProvider time)
{
    private Subject? _passed;

    /// <returns>The user, or why not.</returns>
    public async Task<(User? User, string? Refusal)> CheckAsync(ClaimsPrincipal grant, CancellationToken cancellationToken)
    {
        if (!Guid.TryParse(grant.GetClaim(Claims.Subject), out var userId) || !Guid.TryParse(grant.GetAuthorizationId(), out var grantId))
        {
            return (null, "The grant is not one of a user.");
        }

        var session = Guid.TryParse(grant.GetClaim(TokenClaims.SessionId), out var id) ? id : (Guid?)null;
        var subject = ReadWith(grant, userId, session, grantId) ?? await query.FindAsync(store, QuestionOf(userId, session, grantId, TokenOf(grant)), cancellationToken);
        var refusal = RefusalOf(subject);
        _passed = refusal is null ? subject : _passed;
        return (refusal is null ? subject!.User : null, refusal);
    }

    /// <summary>The same for an access token nothing is going to be made from: nobody asks for the roles.</summary>
    public async Task<(User? User, string? Refusal)> CheckAsync(RevocableToken token, string grant, CancellationToken cancellationToken)
    {
        if (!Guid.TryParse(token.Subject, out var userId) || !Guid.TryParse(grant, out var grantId))
        {
            return (null, "The grant is not one of a user.");
        }

        var session = Guid.TryParse(token.SessionId, out var id) ? id : (Guid?)null;
        var subject = await query.FindWithoutRolesAsync(store, QuestionOf(userId, session, grantId, token), cancellationToken);
        return RefusalOf(subject) is { } refusal ? (null, refusal) : (subject!.User, null);
    }

    /// <summary>The user this request has let through with a token; null when the token is not one of a user.</summary>
    public User? UserOf(ClaimsPrincipal token) => _passed?.User is { } user && token.GetClaim(Claims.Subject) == user.Id.ToString() ? user : null;

    /// <summary>The roles of the user this request has let through, their groups' among them.</summary>
    /// <exception cref="InvalidOperationException">The user was not let through: whoever makes a token for them has to ask first.</exception>
    public IReadOnlyCollection<Guid> RolesOf(Guid user) => _passed?.User.Id == user
        ? _passed.Roles
        : throw new InvalidOperationException("A token for a user must pass the subject gate.");

    // What came along with the row of a token. An access token has none, and has to be looked for in the revocation log as well.
    private Subject? ReadWith(ClaimsPrincipal grant, Guid user, Guid? session, Guid grantId) =>
        !grant.HasTokenType(TokenTypeIdentifiers.AccessToken) && tokens.OfGrant(grantId) is { Subject: { } subject } row && subject.User.Id == user && row.SessionId == session
            ? subject
            : null;

    private SubjectQuestion QuestionOf(Guid user, Guid? session, Guid grant, RevocableToken token) =>
        new(user, session, grant, time.GetUtcNow().UtcDateTime - TokenLifetimes.Grant, token, time.GetStoredNow());

    private static RevocableToken TokenOf(ClaimsPrincipal grant) => grant.HasTokenType(TokenTypeIdentifiers.AccessToken) ? RevocableToken.Of(grant) : RevocableToken.None;

    private static string? RefusalOf(Subject? subject) => subject switch
    {
        null => "The user cannot sign in any more.",
        { SessionIsOpen: false } => "The session was closed.",
        { GrantLives: false } => "The grant has ended; sign in again.",
        { IsRevoked: true } => RevocableToken.Refusal,
        _ => null,
    };
}
