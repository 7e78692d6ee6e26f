using System.ComponentModel.DataAnnotations;

namespace UserDomain.RevocationFeed;

/// <summary>Where the revocation log is, and how closely it is followed.</summary>
public sealed class RevocationFeedOptions
{
    /// <summary>Name of the <see cref="HttpClient"/> that is made where no other is named.</summary>
    public const string DefaultClient = "revocation-feed";

    /// <summary>The log, as in <c>https://id.example.com/api/v1/revocations</c>.</summary>
    [Required]
    public Uri? Log { get; set; }

    /// <summary>Name of the client of <see cref="IHttpClientFactory"/> whose requests carry an access token with the scope <c>revocations:read</c>.</summary>
    [Required]
    public string HttpClient { get; set; } = DefaultClient;

    /// <summary>How long to wait after an answer before the log is asked again.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:00:05")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How old what the log has told may be before it counts as unknown what is revoked.</summary>
    [Range(typeof(TimeSpan), "00:00:02", "00:01:00")]
    public TimeSpan StaleAfter { get; set; } = TimeSpan.FromSeconds(10);
}
