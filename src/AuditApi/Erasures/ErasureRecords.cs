using System.ComponentModel.DataAnnotations;
using UserDomain.AuditApi.AuditEvents;
using UserDomain.ServiceDefaults.Validation;

namespace UserDomain.AuditApi.Erasures;

/// <summary>Whose personal values to erase.</summary>
/// <param name="Subject">Id of the user, who has been deleted before.</param>
public sealed record EraseRequest([Required, StringLength(AuditEventLimits.Id), PlainText] string Subject);

/// <summary>An erasure.</summary>
/// <param name="Subject">Id of the user.</param>
/// <param name="ErasedAt">When their personal values were erased; of an earlier erasure, if there was one.</param>
public sealed record ErasureResponse(string Subject, DateTimeOffset ErasedAt);
