namespace UserDomain.IdentityStore.Throttling;

/// <summary>How often something was tried within a span of time.</summary>
public sealed class AttemptCounter
{
    /// <summary>What is counted, and of whom.</summary>
    public required string Name { get; init; }

    /// <summary>How often.</summary>
    public required int Count { get; set; }

    /// <summary>When counting begins anew.</summary>
    public required DateTimeOffset EndsAt { get; set; }
}
