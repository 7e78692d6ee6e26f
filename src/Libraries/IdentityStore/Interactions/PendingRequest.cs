namespace UserDomain.IdentityStore.Interactions;

/// <summary>What a person answered on one of our pages.</summary>
public enum InteractionAnswer
{
    /// <summary>Nothing yet.</summary>
    None,

    /// <summary>The client may have what it asks for.</summary>
    Allowed,

    /// <summary>The client may not have it.</summary>
    Denied,

    /// <summary>The person wants to sign out.</summary>
    SignOutConfirmed,

    /// <summary>The person goes on with the account they are signed in with.</summary>
    AccountChosen,
}

/// <summary>A protocol request that waits for its person: what was asked, and what has happened on our pages since.</summary>
public sealed class PendingRequest
{
    /// <summary>Random: who knows it can go on with the request, as who knows the request itself could.</summary>
    public required string Id { get; init; }

    /// <summary>The endpoint it was sent to.</summary>
    public required string Path { get; init; }

    /// <summary>What was asked, as a query.</summary>
    public required string Query { get; init; }

    /// <summary>When our first page was shown: who has signed in since has done what <c>prompt=login</c> or <c>max_age</c> asks for.</summary>
    public required DateTimeOffset AskedAt { get; init; }

    /// <summary>The session in which <see cref="Answer"/> was given: it counts in no other.</summary>
    public Guid? SessionId { get; set; }

    /// <summary>The answer.</summary>
    public InteractionAnswer Answer { get; set; }

    /// <summary>When the client was answered.</summary>
    public DateTimeOffset? FinishedAt { get; set; }
}
