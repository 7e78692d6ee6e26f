using Microsoft.AspNetCore.Identity;
using UserDomain.Contracts;

namespace UserDomain.IdentityStore.Users;

/// <summary>A person who can sign in. The id is the <c>sub</c> of their tokens and is never used again (AUZ-07).</summary>
public sealed class User : IdentityUser<Guid>
{
    /// <summary>
    /// Stands where a hash was that is good for nothing any more. In no format of a hash, so that checking a password against it takes as long as ever and fails.
    /// </summary>
    public const string VoidHash = "void";

    /// <summary>What pages call the person; null to use the user name.</summary>
    public string? DisplayName
    {
        get;
        set
        {
            field = value;
            NormalizedDisplayName = value is null ? null : LookupNames.ForSearch(value);
        }
    }

    /// <summary>The display name as searches find it; it follows the display name.</summary>
    public string? NormalizedDisplayName { get; private set; }

    /// <summary>Given name (OpenID Connect Core 1.0 section 5.1).</summary>
    public string? GivenName { get; set; }

    /// <summary>Family name (OpenID Connect Core 1.0 section 5.1).</summary>
    public string? FamilyName { get; set; }

    /// <summary>Language, BCP 47.</summary>
    public string? Locale { get; set; }

    /// <summary>Time zone, IANA name.</summary>
    public string? ZoneInfo { get; set; }

    /// <summary>Attributes the operator defines.</summary>
    public Dictionary<string, string> Attributes { get; set; } = [];

    /// <summary>When the user was disabled; null while enabled.</summary>
    public DateTimeOffset? DisabledAt { get; set; }

    /// <summary>When the user was created.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the user last changed.</summary>
    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>Rises with each change: the entity tag, and the <c>ver</c> of tokens.</summary>
    public long Version { get; set; } = 1;

    /// <summary>
    /// Makes the password good for nothing. Not the same as none: whoever never had one is given a link to begin with, which is good for a day, and whoever lost one a reset, which is not.
    /// </summary>
    /// <returns>Whether there was one.</returns>
    public bool VoidPassword()
    {
        var had = PasswordHash is not (null or VoidHash);
        PasswordHash = had ? VoidHash : PasswordHash;
        return had;
    }

    /// <summary>The user as a party of an audit event.</summary>
    public AuditParty AsParty() => new("user", Id.ToString(), UserName);

    /// <summary>Marks a change.</summary>
    public void Touch(DateTimeOffset now)
    {
        UpdatedAt = now;
        Version++;
    }
}
