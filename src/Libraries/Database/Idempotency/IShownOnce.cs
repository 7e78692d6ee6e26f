namespace UserDomain.Database.Idempotency;

/// <summary>An answer with a secret in it: the record by which a repetition is answered must not hold it (KEY-04).</summary>
public interface IShownOnce
{
    /// <summary>The answer without its secret.</summary>
    object ForLater();
}
