using System.ComponentModel.DataAnnotations;
using UserDomain.IdentityServer.Protocol;
using UserDomain.IdentityStore.Keys;

namespace UserDomain.IdentityServer.Keys;

/// <summary>How long keys are announced, used and kept (KEY-02). Together the bounds leave no more than seven keys of a kind in the ring.</summary>
public sealed class KeySettings
{
    /// <summary>Where these settings are found.</summary>
    public const string Section = "UserDomain:Keys";

    /// <summary>The least time between the first publication of a key and its first use: longer than anybody may do without asking for keys.</summary>
    public static readonly TimeSpan ShortestAnnouncement = TimeSpan.FromDays(1);

    /// <summary>
    /// In an emergency a key is used as soon as all our own replicas and APIs have it: each looks for it within two seconds, after the other.
    /// </summary>
    public static readonly TimeSpan Settling = TimeSpan.FromSeconds(8);

    // For clocks that differ, and a replica that lost the database and has not noticed that it should use another key.
    private static readonly TimeSpan Slack = TimeSpan.FromDays(1);

    /// <summary>How long a key is used, 30 to 730. Default: 90.</summary>
    [Range(30, 730, ErrorMessage = "UserDomain__Keys__RotationDays must be a number from 30 to 730")]
    public int RotationDays { get; set; } = 90;

    /// <summary>How long a key is published before it is used, 1 to 29. Default: 14.</summary>
    [Range(1, 29, ErrorMessage = "UserDomain__Keys__AnnounceDays must be a number from 1 to 29")]
    public int AnnounceDays { get; set; } = 14;

    /// <summary>How long a key is kept after it was used, 8 to 90: a refresh token that is not used for seven days is the last that ends. Default: 14.</summary>
    [Range(8, 90, ErrorMessage = "UserDomain__Keys__KeepDays must be a number from 8 to 90")]
    public int KeepDays { get; set; } = 14;

    internal TimeSpan Rotation => TimeSpan.FromDays(RotationDays);

    internal TimeSpan Announcement => TimeSpan.FromDays(AnnounceDays);

    /// <summary>What is encrypted is read for as long as a grant can live.</summary>
    internal TimeSpan KeptOf(KeyUse use)
    {
        var kept = TimeSpan.FromDays(KeepDays);
        var least = (use == KeyUse.Encryption ? TokenLifetimes.Grant : TokenLifetimes.RefreshTokenIdle) + Slack;
        return kept > least ? kept : least;
    }
}
