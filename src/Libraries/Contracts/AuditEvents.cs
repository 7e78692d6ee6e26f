using System.Text.Json;

namespace UserDomain.Contracts;

/// <summary>Who or what an audit event is about, or who caused it.</summary>
/// <param name="Type"><c>user</c>, <c>client</c>, <c>role</c>, <c>session</c> and so on.</param>
/// <param name="Id">Its identifier.</param>
/// <param name="Name">What a person calls it, if known at the time.</param>
public sealed record AuditParty(string Type, string Id, string? Name = null)
{
    /// <summary>Id of a user that is not known, as of who tried to sign in with a name nobody has.</summary>
    public const string UnknownId = "unknown";
}

/// <summary>One audit event as it travels from the service where it happened to the audit trail.</summary>
/// <param name="Id">UUIDv7; the trail keeps one event per id.</param>
/// <param name="Type">One of <see cref="AuditEventTypes"/>.</param>
/// <param name="Time">When it happened, UTC.</param>
/// <param name="Actor">Who did it; null when the system itself did.</param>
/// <param name="ClientId">Application through which it was done.</param>
/// <param name="SessionId">Session in which it was done.</param>
/// <param name="Address">Network address the request came from.</param>
/// <param name="Target">What it was done to.</param>
/// <param name="Succeeded">False for a refused attempt.</param>
/// <param name="Before">The changed members before, as a JSON object; null for a creation.</param>
/// <param name="After">The changed members after, as a JSON object; null for a deletion.</param>
/// <param name="TraceId">W3C trace id of the request, by which its log lines are found.</param>
public sealed record AuditEventRecord(
    Guid Id,
    string Type,
    DateTimeOffset Time,
    AuditParty? Actor,
    string? ClientId,
    string? SessionId,
    string? Address,
    AuditParty Target,
    bool Succeeded,
    JsonElement? Before,
    JsonElement? After,
    string? TraceId);

/// <summary>The registry of audit event types: <c>object.act</c>, past tense.</summary>
public static class AuditEventTypes
{
    /// <summary>A user was created.</summary>
    public const string UserCreated = "user.created";

    /// <summary>A user's profile changed.</summary>
    public const string UserUpdated = "user.updated";

    /// <summary>A user was deleted.</summary>
    public const string UserDeleted = "user.deleted";

    /// <summary>A user was disabled.</summary>
    public const string UserDisabled = "user.disabled";

    /// <summary>A disabled user was enabled again.</summary>
    public const string UserEnabled = "user.enabled";

    /// <summary>An account that may be in wrong hands was locked down: all access to it ended, and its password is good for nothing.</summary>
    public const string UserLockedDown = "user.locked-down";

    /// <summary>A user's password was set or replaced.</summary>
    public const string UserPasswordSet = "user.password-set";

    /// <summary>A link to set a password was made.</summary>
    public const string UserPasswordLinkCreated = "user.password-link-created";

    /// <summary>An attempt to sign in was refused.</summary>
    public const string SignInFailed = "sign-in.failed";

    /// <summary>A session began: somebody signed in, or a service created it.</summary>
    public const string SessionCreated = "session.created";

    /// <summary>Somebody who is signed in proved again who they are.</summary>
    public const string SessionRenewed = "session.renewed";

    /// <summary>A session was closed.</summary>
    public const string SessionClosed = "session.closed";

    /// <summary>A role was created.</summary>
    public const string RoleCreated = "role.created";

    /// <summary>A role changed.</summary>
    public const string RoleUpdated = "role.updated";

    /// <summary>A role was deleted.</summary>
    public const string RoleDeleted = "role.deleted";

    /// <summary>A permission was created.</summary>
    public const string PermissionCreated = "permission.created";

    /// <summary>A permission changed.</summary>
    public const string PermissionUpdated = "permission.updated";

    /// <summary>A permission was deleted.</summary>
    public const string PermissionDeleted = "permission.deleted";

    /// <summary>A group was created.</summary>
    public const string GroupCreated = "group.created";

    /// <summary>A group or its membership changed.</summary>
    public const string GroupUpdated = "group.updated";

    /// <summary>A group was deleted.</summary>
    public const string GroupDeleted = "group.deleted";

    /// <summary>A role was given to a user, group or client.</summary>
    public const string RoleAssigned = "role-assignment.created";

    /// <summary>A role was taken away.</summary>
    public const string RoleUnassigned = "role-assignment.deleted";

    /// <summary>A client was registered.</summary>
    public const string ClientCreated = "client.created";

    /// <summary>A client's registration changed.</summary>
    public const string ClientUpdated = "client.updated";

    /// <summary>A client was deleted.</summary>
    public const string ClientDeleted = "client.deleted";

    /// <summary>A client was disabled.</summary>
    public const string ClientDisabled = "client.disabled";

    /// <summary>A disabled client was enabled again.</summary>
    public const string ClientEnabled = "client.enabled";

    /// <summary>A secret was made for a client.</summary>
    public const string ClientSecretCreated = "client.secret-created";

    /// <summary>A secret of a client was deleted.</summary>
    public const string ClientSecretDeleted = "client.secret-deleted";

    /// <summary>A client could not be told for a day that a session was closed; nobody tries any more.</summary>
    public const string ClientLogoutFailed = "client.logout-failed";

    /// <summary>A user allowed a client what it asked for.</summary>
    public const string ConsentGranted = "consent.granted";

    /// <summary>A user refused a client what it asked for.</summary>
    public const string ConsentDenied = "consent.denied";

    /// <summary>A refresh token or code was used a second time; its grant was ended.</summary>
    public const string TokenReuseDetected = "token.reuse-detected";

    /// <summary>A client revoked a token of its own.</summary>
    public const string TokenRevoked = "token.revoked";

    /// <summary>A client exchanged a token for one in its own name (RFC 8693).</summary>
    public const string TokenExchanged = "token.exchanged";

    /// <summary>A client was given a grant within a session: somebody signed in to it.</summary>
    public const string GrantCreated = "grant.created";

    /// <summary>A signing or encryption key was made; it is published and will be used from a time it names.</summary>
    public const string KeyCreated = "key.created";

    /// <summary>A published key is to be used earlier than was planned.</summary>
    public const string KeyBroughtForward = "key.brought-forward";

    /// <summary>A key began to be used.</summary>
    public const string KeyActivated = "key.activated";

    /// <summary>A key is not used for anything new any more.</summary>
    public const string KeyRetired = "key.retired";

    /// <summary>A retired key was deleted after everything made with it had ended.</summary>
    public const string KeyDeleted = "key.deleted";

    /// <summary>A key was taken out of use at once because somebody else may have it; all that was made with it is refused.</summary>
    public const string KeyCompromised = "key.compromised";

    /// <summary>A webhook was created.</summary>
    public const string WebhookCreated = "webhook.created";

    /// <summary>A webhook was changed: its address, its types, whether it is enabled, or from where it is told on.</summary>
    public const string WebhookUpdated = "webhook.updated";

    /// <summary>A webhook was deleted.</summary>
    public const string WebhookDeleted = "webhook.deleted";

    /// <summary>Somebody wanted an event sent to a webhook once more.</summary>
    public const string WebhookResent = "webhook.resent";

    /// <summary>A secret was made for a webhook.</summary>
    public const string WebhookSecretCreated = "webhook.secret-created";

    /// <summary>A secret of a webhook was deleted.</summary>
    public const string WebhookSecretDeleted = "webhook.secret-deleted";

    /// <summary>The personal values the audit trail had of a user were erased.</summary>
    public const string SubjectErased = "subject.erased";

    /// <summary>Somebody read the audit trail: a list, as far as ids and types tell of what they asked for, or one event.</summary>
    public const string AuditRead = "audit.read";

    /// <summary>Somebody exported the audit trail.</summary>
    public const string AuditExported = "audit.exported";

    /// <summary>Somebody began to follow what comes to the audit trail.</summary>
    public const string AuditFollowed = "audit.followed";

    /// <summary>All event types.</summary>
    public static readonly IReadOnlySet<string> All = new HashSet<string>(
        typeof(AuditEventTypes).GetFields().Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!));
}
