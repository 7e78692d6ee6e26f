using System.ComponentModel.DataAnnotations;
using UserDomain.ServiceDefaults.Validation;

namespace UserDomain.ProfileApi.Users;

/// <summary>Why an account is locked down.</summary>
/// <param name="Reason">For the audit trail: what was seen, or where it is written down.</param>
public sealed record LockDownRequest([StringLength(LockDownRequest.MaxReasonLength), PlainText] string? Reason)
{
    internal const int MaxReasonLength = 500;
}

/// <summary>What locking an account down has ended.</summary>
/// <param name="UserId">Whose account it is.</param>
/// <param name="LockedDownAt">When it was.</param>
/// <param name="Sessions">Sessions that were closed, those that nobody had closed when they came to their end by themselves among them.</param>
/// <param name="Grants">What applications had in hand and have no more, with all tokens.</param>
/// <param name="Consents">What applications were allowed without asking again.</param>
/// <param name="PasswordLinks">Links to set a password that nobody has used, old ones among them.</param>
/// <param name="PasswordVoided">Whether there was a password, which is good for nothing now.</param>
/// <param name="Timeline">Where all is that the user did and that was done to them, newest first and proved by a signature: a path at this host.</param>
public sealed record LockDownResponse(
    Guid UserId, DateTimeOffset LockedDownAt, int Sessions, int Grants, int Consents, int PasswordLinks, bool PasswordVoided, string Timeline);
