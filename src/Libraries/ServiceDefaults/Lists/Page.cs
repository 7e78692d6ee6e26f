using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Mvc;

namespace UserDomain.ServiceDefaults.Lists;

/// <summary>What a list endpoint takes: how many items, and where to go on.</summary>
/// <remarks>Not a positional record: the OpenAPI document cannot be made from attributes on constructor parameters of a parameter list.</remarks>
public sealed record PageQuery
{
    /// <summary>The largest page (API-01).</summary>
    public const int Max = 200;

    /// <summary>At most this many items, 1 to 200; 50 when absent.</summary>
    [FromQuery(Name = "limit"), Range(1, Max)]
    public int? Limit { get; init; }

    /// <summary>The <c>nextCursor</c> of the page before; absent for the first.</summary>
    [FromQuery(Name = "cursor"), StringLength(2048)]
    public string? Cursor { get; init; }

    /// <summary>How many items to answer.</summary>
    public int Size => Limit ?? 50;
}

/// <summary>One page of a list.</summary>
/// <param name="Items">The items, in the order of the list.</param>
/// <param name="NextCursor">Where the next page begins; null on the last.</param>
/// <typeparam name="T">What is listed.</typeparam>
public sealed record Page<T>(IReadOnlyList<T> Items, string? NextCursor);

/// <summary>Makes pages.</summary>
public static class Page
{
    /// <summary>Cuts a page from one item more than was asked for: that one tells whether there is a next page.</summary>
    /// <param name="items">Up to <paramref name="size"/> + 1 items.</param>
    /// <param name="size">Items on the page.</param>
    /// <param name="cursorOf">The cursor that leads past an item.</param>
    public static Page<T> Of<T>(List<T> items, int size, Func<T, string> cursorOf)
    {
        if (items.Count <= size)
        {
            return new(items, null);
        }

        items.RemoveRange(size, items.Count - size);
        return new(items, cursorOf(items[^1]));
    }
}
