using System.Globalization;
using UserDomain.AdminUi.ApiClients;

namespace UserDomain.AdminUi.Display;

/// <summary>What the partial for paging shows.</summary>
/// <param name="NextCursor">Where the next page begins; null on the last.</param>
/// <param name="IsFirst">Whether this is the first page.</param>
/// <param name="Query">The filters, kept from page to page.</param>
internal sealed record Paging(string? NextCursor, bool IsFirst, IReadOnlyDictionary<string, string?> Query)
{
    public static Paging Of(string? nextCursor, string? cursor, params (string Name, string? Value)[] filters) =>
        new(nextCursor, cursor is null, filters.Where(filter => filter.Value is { Length: > 0 }).ToDictionary(filter => filter.Name, filter => filter.Value));

    public IDictionary<string, string?> Next() => new Dictionary<string, string?>(Query) { ["cursor"] = NextCursor };
}

/// <summary>What the partial for an empty list shows.</summary>
internal sealed record Empty(string Icon, string Title, string Text, string? ActionText = null, string? ActionPage = null);

/// <summary>What the partial for a typed confirmation shows.</summary>
/// <param name="Expected">What has to be typed.</param>
/// <param name="Button">What the button says.</param>
/// <param name="Back">Page to go back to.</param>
/// <param name="Id">Of what it is about.</param>
/// <param name="Typed">What was typed before.</param>
/// <param name="AsksReason">Whether there is a field for the reason.</param>
/// <param name="Reason">What was typed there before.</param>
internal sealed record TypedConfirmation(string Expected, string Button, string Back, Guid Id, string? Typed, bool AsksReason = false, string? Reason = null);

/// <summary>What the list of sessions shows.</summary>
/// <param name="Items">The sessions.</param>
/// <param name="WithUser">Whether to name whose they are.</param>
/// <param name="MayClose">Whether to offer closing.</param>
internal sealed record SessionRows(IReadOnlyList<SessionResponse> Items, bool WithUser, bool MayClose);

/// <summary>The first letters of a name, for where there is no picture.</summary>
internal static class Initials
{
    public static string Of(string name) => string.Concat(
        name.Split([' ', '.', '-', '_', '@'], StringSplitOptions.RemoveEmptyEntries).Take(2).Select(word => StringInfo.GetNextTextElement(word).ToUpperInvariant()));
}
