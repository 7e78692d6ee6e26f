namespace UserDomain.IdentityStore.Sessions;

/// <summary>How long a session of somebody lives (SES-02): as the product says, or shorter as their roles do.</summary>
/// <param name="Idle">Without use.</param>
/// <param name="Lifetime">In any case.</param>
public sealed record SessionLimit(TimeSpan Idle, TimeSpan Lifetime)
{
    /// <summary>The shortest <see cref="Idle"/> a role may ask for, in seconds.</summary>
    public const int ShortestIdle = 60;

    /// <summary>The <see cref="Idle"/> of the product, in seconds.</summary>
    public const int LongestIdle = 60 * 60;

    /// <summary>The shortest <see cref="Lifetime"/> a role may ask for, in seconds.</summary>
    public const int ShortestLifetime = 5 * 60;

    /// <summary>The <see cref="Lifetime"/> of the product, in seconds.</summary>
    public const int LongestLifetime = 12 * 60 * 60;

    /// <summary>How a time out of these bounds is refused.</summary>
    public const string Rule = "{0} must be between {1} and {2} seconds.";

    /// <summary>That of whoever holds no role that asks for less.</summary>
    public static readonly SessionLimit OfProduct = Of(null, null);

    /// <summary>That of roles.</summary>
    /// <param name="idle">Seconds without use; null where no role says.</param>
    /// <param name="lifetime">Seconds in any case; null where no role says.</param>
    public static SessionLimit Of(int? idle, int? lifetime) => new(TimeSpan.FromSeconds(idle ?? LongestIdle), TimeSpan.FromSeconds(lifetime ?? LongestLifetime));

    /// <summary>Whether a session is within it, whatever held when the session was last used.</summary>
    public bool Allows(Session session, DateTimeOffset now) => now < session.LastSeenAt + Idle && now < session.CreatedAt + Lifetime;
}
