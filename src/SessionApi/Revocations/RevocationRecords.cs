namespace UserDomain.SessionApi.Revocations;

/// <summary>A page of the revocation log.</summary>
/// <param name="Items">Entries, in rising order of their numbers.</param>
/// <param name="NextCursor">What the next page comes after; null on the last.</param>
/// <param name="Settled">
/// What to ask after the next time. Entries between it and the last one told may still come, for a change that was numbered earlier may be committed later; what is told twice
/// means the same.
/// </param>
public sealed record RevocationPage(IReadOnlyList<RevocationResponse> Items, string? NextCursor, long Settled);

/// <summary>An entry of the revocation log. The log is followed by asking for what comes after <see cref="RevocationPage.Settled"/>.</summary>
/// <param name="Number">Its place in the log.</param>
/// <param name="Kind"><c>session</c>, <c>user</c>, <c>client</c>, <c>token</c>, <c>grant</c> or <c>key</c>.</param>
/// <param name="Value">The <c>sid</c>, <c>sub</c>, <c>client_id</c>, <c>jti</c>, id of the grant or <c>kid</c>.</param>
/// <param name="IssuedBefore">Tokens issued up to this time are refused.</param>
/// <param name="CreatedAt">When it was written.</param>
/// <param name="ExpiresAt">When it can be forgotten.</param>
public sealed record RevocationResponse(
    long Number, string Kind, string Value, DateTimeOffset IssuedBefore, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt);
