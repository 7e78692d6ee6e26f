namespace UserDomain.ServiceDefaults.Hosting;

/// <summary>Headers of requests to our APIs that the framework has no name for.</summary>
public static class RequestHeaders
{
    /// <summary>Makes a create safe to repeat (API-03): any text of at most 200 characters that is new for each new request.</summary>
    public const string IdempotencyKey = "Idempotency-Key";
}
