using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Mvc;

namespace UserDomain.AuditApi.Export;

/// <summary>What to export.</summary>
/// <remarks>Not a positional record: the OpenAPI document cannot be made from attributes on constructor parameters of a parameter list.</remarks>
public sealed record ExportQuery
{
    /// <summary>
    /// <c>sealed</c>: everything, with all that proves it. The others are for reading, of what the filters name: <c>jsonl</c>, <c>csv</c>, <c>cloudevents</c>, <c>ocsf</c>, <c>cef</c>, <c>syslog</c>.
    /// </summary>
    [FromQuery(Name = "format"), Required, AllowedValues(Sealed, "jsonl", "csv", "cloudevents", "ocsf", "cef", "syslog", ErrorMessage = "The formats are sealed, jsonl, csv, cloudevents, ocsf, cef and syslog.")]
    public string? Format { get; init; }

    /// <summary>Sequence of the last event of an earlier export, to go on after it; 0 or absent for all.</summary>
    [FromQuery(Name = "after"), Range(0, long.MaxValue)]
    public long? After { get; init; }

    internal const string Sealed = "sealed";
}

/// <summary>The first line of an export.</summary>
/// <param name="Trail">What the file is: <see cref="Version"/>.</param>
/// <param name="Origin">Which trail.</param>
/// <param name="Key">The key its heads are signed with, to be compared with the one that was kept.</param>
/// <param name="From">Sequence of the first event.</param>
/// <param name="Subtrees">The hashes of the complete subtrees of the events before, base64, the largest first.</param>
public sealed record ExportHeader(string Trail, string Origin, string Key, long From, IReadOnlyList<string> Subtrees)
{
    /// <summary>What this version writes.</summary>
    public const string Version = "user-domain-audit-1";
}

/// <summary>Any line of an export that is no event: what it is, is told by which member it has.</summary>
/// <param name="Leaves">The hashes kept of the events since the last such line, base64, one after the other.</param>
/// <param name="Head">A signed head of the events so far.</param>
/// <param name="End">The last line: how many events there are up to here.</param>
public sealed record ExportMark(string? Leaves = null, string? Head = null, long? End = null);
