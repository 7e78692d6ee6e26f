namespace UserDomain.RevocationFeed;

/// <summary>An entry of the revocation log, as the log tells it.</summary>
/// <param name="Number">Its place in the log.</param>
/// <param name="Kind">What it names: <c>session</c>, <c>user</c>, <c>client</c>, <c>token</c>, <c>grant</c> or <c>key</c>. Whoever does not know a kind passes over it.</param>
/// <param name="Value">The claim <c>sid</c>, <c>sub</c>, <c>client_id</c>, <c>jti</c> or <c>oi_au_id</c> of the tokens it means, or the header <c>kid</c>.</param>
/// <param name="IssuedBefore">Tokens issued up to this time are refused.</param>
/// <param name="ExpiresAt">When the last of them has ended by itself.</param>
public sealed record RevocationEntry(long Number, string Kind, string Value, DateTimeOffset IssuedBefore, DateTimeOffset ExpiresAt);

/// <summary>A page of the log.</summary>
/// <param name="Items">Entries, in rising order of their numbers.</param>
/// <param name="NextCursor">What the next page comes after; null on the last.</param>
/// <param name="Settled">What to ask after the next time: entries between it and the last one told may still be on their way.</param>
internal sealed record RevocationPage(IReadOnlyList<RevocationEntry> Items, string? NextCursor, long Settled);
