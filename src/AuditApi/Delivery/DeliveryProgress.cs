using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;

namespace UserDomain.AuditApi.Delivery;

/// <summary>How far a receiver has got in the trail.</summary>
public sealed class DeliveryProgress
{
    /// <summary>The receiver: id of a webhook.</summary>
    public required string Receiver { get; init; }

    /// <summary>Sequence of the last event that is done with: it and all before it were delivered or given up, or are of no interest.</summary>
    public required long Position { get; set; }

    /// <summary>When the position was set by somebody rather than reached; what was delivered before says nothing of what is to come.</summary>
    public required DateTimeOffset Since { get; set; }

    /// <summary>How often in a row it went wrong.</summary>
    public int Failures { get; set; }

    /// <summary>Since when it goes wrong; null while all is well.</summary>
    public DateTimeOffset? FailingSince { get; set; }

    /// <summary>Before when it is not tried again; null while all is well.</summary>
    public DateTimeOffset? NextAttemptAt { get; set; }

    /// <summary>What last went wrong.</summary>
    public string? LastError { get; set; }

    /// <summary>Notes that everything up to an event is done with.</summary>
    public void Reached(long position)
    {
        Position = position;
        (Failures, FailingSince, NextAttemptAt, LastError) = (0, null, null, null);
    }

    /// <summary>Notes that it went wrong.</summary>
    /// <param name="error">What did.</param>
    /// <param name="now">When.</param>
    /// <param name="wait">How long the receiver wants to be left alone; null if it did not say.</param>
    public void Failed(string error, DateTimeOffset now, TimeSpan? wait = null)
    {
        Failures++;
        FailingSince ??= now;
        NextAttemptAt = now + (wait ?? Backoff.After(Failures));
        LastError = error.Length > MaxErrorLength ? error[..MaxErrorLength] : error;
    }

    /// <summary>Longest text kept of what went wrong.</summary>
    public const int MaxErrorLength = 300;
}

/// <summary>How long to wait before something is tried again.</summary>
internal static class Backoff
{
    private const int MostDoublings = 6;
    private const int SpreadPercent = 20;
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);

    /// <summary>A second, doubled with each failure up to about a minute; a fifth more or less, so that many do not come back at once.</summary>
    public static TimeSpan After(int failures) =>
        First * Math.Pow(2, Math.Min(failures - 1, MostDoublings)) * (100 + RandomNumberGenerator.GetInt32(-SpreadPercent, SpreadPercent + 1)) / 100;
}

/// <summary>Maps the progress.</summary>
internal static class DeliveryProgressModel
{
    private const int MaxReceiverLength = 64;

    public static void AddDeliveryProgress(this ModelBuilder model) => model.Entity<DeliveryProgress>(row =>
    {
        row.ToTable("delivery_progress");
        row.HasKey(progress => progress.Receiver);
        row.Property(progress => progress.Receiver).HasMaxLength(MaxReceiverLength);
        row.Property(progress => progress.LastError).HasMaxLength(DeliveryProgress.MaxErrorLength);
    });
}
