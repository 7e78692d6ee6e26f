using System.ComponentModel.DataAnnotations;
using System.Linq.Expressions;
using UserDomain.IdentityStore.Users;
using UserDomain.ServiceDefaults.Validation;

namespace UserDomain.ProfileApi.Users;

/// <summary>A user to create. There is no password in it: the user sets one by a link (MFA-03).</summary>
/// <param name="UserName">Unique name to sign in with.</param>
/// <param name="Email">Unique e-mail address; unverified until its link is opened.</param>
/// <param name="DisplayName">What pages call the person.</param>
/// <param name="GivenName">Given name.</param>
/// <param name="FamilyName">Family name.</param>
/// <param name="Locale">Language, BCP 47.</param>
/// <param name="ZoneInfo">Time zone, IANA name.</param>
/// <param name="Attributes">Attributes of the operator's own.</param>
public sealed record CreateUserRequest(
    [Required, UserName] string UserName,
    [Required, Email] string Email,
    [StringLength(UserLimits.Name), PlainText] string? DisplayName,
    [StringLength(UserLimits.Name), PlainText] string? GivenName,
    [StringLength(UserLimits.Name), PlainText] string? FamilyName,
    [LanguageTag] string? Locale,
    [ZoneInfo] string? ZoneInfo,
    [Attributes] Dictionary<string, string>? Attributes);

/// <summary>Changes to a user: an absent member stays as it is, an empty string clears one that may be empty.</summary>
/// <param name="UserName">Unique name to sign in with.</param>
/// <param name="Email">Unique e-mail address; unverified after a change.</param>
/// <param name="DisplayName">What pages call the person.</param>
/// <param name="GivenName">Given name.</param>
/// <param name="FamilyName">Family name.</param>
/// <param name="Locale">Language, BCP 47.</param>
/// <param name="ZoneInfo">Time zone, IANA name.</param>
/// <param name="Attributes">All attributes: what is not among them is removed.</param>
public sealed record UpdateUserRequest(
    [UserName] string? UserName,
    [Email] string? Email,
    [StringLength(UserLimits.Name), PlainText] string? DisplayName,
    [StringLength(UserLimits.Name), PlainText] string? GivenName,
    [StringLength(UserLimits.Name), PlainText] string? FamilyName,
    [LanguageTag] string? Locale,
    [ZoneInfo] string? ZoneInfo,
    [Attributes] Dictionary<string, string>? Attributes);

/// <summary>A user as the API shows it.</summary>
/// <param name="Id">UUIDv7, the <c>sub</c> of the user's tokens.</param>
/// <param name="UserName">Name to sign in with.</param>
/// <param name="Email">E-mail address.</param>
/// <param name="EmailVerified">Whether the link sent to the address was opened.</param>
/// <param name="DisplayName">What pages call the person.</param>
/// <param name="GivenName">Given name.</param>
/// <param name="FamilyName">Family name.</param>
/// <param name="Locale">Language, BCP 47.</param>
/// <param name="ZoneInfo">Time zone, IANA name.</param>
/// <param name="Attributes">Attributes of the operator's own.</param>
/// <param name="Disabled">Whether the user is kept from signing in.</param>
/// <param name="CreatedAt">When the user was created.</param>
/// <param name="UpdatedAt">When the user last changed.</param>
/// <param name="Version">The entity tag.</param>
public sealed record UserResponse(
    Guid Id, string UserName, string? Email, bool EmailVerified, string? DisplayName, string? GivenName, string? FamilyName,
    string? Locale, string? ZoneInfo, IReadOnlyDictionary<string, string> Attributes, bool Disabled,
    DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, long Version)
{
    internal static readonly Expression<Func<User, UserResponse>> Projection = user => new UserResponse(
        user.Id, user.UserName!, user.Email, user.EmailConfirmed, user.DisplayName, user.GivenName, user.FamilyName,
        user.Locale, user.ZoneInfo, user.Attributes, user.DisabledAt != null, user.CreatedAt, user.UpdatedAt, user.Version);

    private static readonly Func<User, UserResponse> Project = Projection.Compile();

    internal static UserResponse Of(User user) => Project(user);
}

/// <summary>A link by which a user sets a password, once.</summary>
/// <param name="Url">The link. It is shown this once and cannot be had again.</param>
/// <param name="ExpiresAt">When it ends unused.</param>
public sealed record PasswordLinkResponse(Uri Url, DateTimeOffset ExpiresAt);
