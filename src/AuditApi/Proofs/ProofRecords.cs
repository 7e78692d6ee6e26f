using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Mvc;
using UserDomain.AuditApi.Heads;

namespace UserDomain.AuditApi.Proofs;

/// <summary>That an event is in the trail, for whoever has only a signed head (RFC 9162 section 2.1.3).</summary>
/// <param name="LeafIndex">Which leaf of the tree it is, from 0.</param>
/// <param name="Canonical">The event in canonical form (RFC 8785); the leaf is the SHA-256 of a zero byte and this.</param>
/// <param name="Path">The hashes that lead from the leaf to the root of the head, base64.</param>
/// <param name="Head">The head.</param>
public sealed record InclusionResponse(long LeafIndex, string Canonical, IReadOnlyList<string> Path, HeadResponse Head);

/// <summary>That a tree goes on where a smaller one ended (RFC 9162 section 2.1.4).</summary>
/// <param name="From">Size of the smaller.</param>
/// <param name="To">Size of the larger.</param>
/// <param name="Path">The proof, base64.</param>
public sealed record ConsistencyResponse(long From, long To, IReadOnlyList<string> Path);

/// <summary>Two sizes of the trail.</summary>
/// <remarks>Not a positional record: the OpenAPI document cannot be made from attributes on constructor parameters of a parameter list.</remarks>
public sealed record ConsistencyQuery
{
    /// <summary>Size of the smaller tree, as its head says; at least 1.</summary>
    [FromQuery(Name = "from"), Required, Range(1, long.MaxValue)]
    public long? From { get; init; }

    /// <summary>Size of the larger tree; that of the newest head when absent.</summary>
    [FromQuery(Name = "to"), Range(1, long.MaxValue)]
    public long? To { get; init; }
}
