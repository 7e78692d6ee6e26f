namespace UserDomain.IdentityStore.Devices;

/// <summary>
/// A device that waits to be allowed (RFC 8628): where it asked from, for the person to see, and when it may ask for its tokens again. It goes
/// with the device code it belongs to.
/// </summary>
public sealed class DeviceRequest
{
    /// <summary>The row of the device code.</summary>
    public required Guid DeviceCodeId { get; init; }

    /// <summary>Network address it was made from.</summary>
    public string? Address { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>How long the device has to wait between two polls, in seconds.</summary>
    public required int PollInterval { get; set; }

    /// <summary>When the next poll is welcome.</summary>
    public required DateTimeOffset NextPollAt { get; set; }
}
