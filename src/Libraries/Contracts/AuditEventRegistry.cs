using static UserDomain.Contracts.AuditEventTypes;

namespace UserDomain.Contracts;

/// <summary>What there is to know of an event type beside its meaning.</summary>
/// <param name="Name">One of <see cref="AuditEventTypes"/>.</param>
/// <param name="Target">Type of what it is done to.</param>
/// <param name="Subject">
/// Whose personal data it has: <c>target</c> or <c>actor</c>, where that is a user, or a member of its states that names one; null for nobody's. The name and the address of the
/// actor are the actor's in every event.
/// </param>
/// <param name="Plain">Members of its states (<c>before</c> and <c>after</c>) that are no personal data.</param>
/// <param name="Personal">Members that are.</param>
public sealed record AuditEventType(string Name, string Target, string? Subject, IReadOnlyList<string> Plain, IReadOnlyList<string> Personal);

/// <summary>
/// The registry of audit event types. What is in no list here is not recorded: neither secrets, nor hashes, nor tokens have a place in an event. A test holds the events of all tests against it, and
/// docs/audit-events.md is made of it.
/// </summary>
public static class AuditEventRegistry
{
    private const string User = "id emailVerified locale zoneInfo disabled createdAt updatedAt version hasPassword";
    private const string Person = "userName email displayName givenName familyName attributes";
    private const string Role = "name description permissions includes sessionIdleTimeout sessionLifetime";
    private const string Thing = "name description";
    private const string Assignment = "role group client";
    private const string Client = "displayName clientType applicationType consentType redirectUris postLogoutRedirectUris permissions requirements settings state secretReplaced";
    private const string Webhook = "url eventTypes description enabled";
    private const string Asked = "type actor target session client from to succeeded address words";
    private const string Key = "use algorithm activeFrom retiredAt";

    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<AuditEventType> All =
    [
        //  type                     target             subject              members                                   personal members
        Of(UserCreated,              "user",            "target",            User,                                     Person),
        Of(UserUpdated,              "user",            "target",            User,                                     Person),
        Of(UserDeleted,              "user",            "target",            User,                                     Person),
        Of(UserDisabled,             "user",            "target",            User,                                     Person),
        Of(UserEnabled,              "user",            "target",            User,                                     Person),
        Of(UserLockedDown,           "user",            "target",            "sessions grants consents passwordLinks passwordVoided", "reason"),
        Of(UserPasswordSet,          "user",            "target"),
        Of(UserPasswordLinkCreated,  "user",            "target",            "expires expiresAt"),
        Of(SignInFailed,             "user",            "target"),
        Of(SessionCreated,           "session",         "user",              "authenticationMethods",                  "user address userAgent"),
        Of(SessionRenewed,           "session",         "actor"),
        Of(SessionClosed,            "session",         "user",              "reason user"),
        Of(RoleCreated,              "role",            null,                Role),
        Of(RoleUpdated,              "role",            null,                Role),
        Of(RoleDeleted,              "role",            null,                Role),
        Of(PermissionCreated,        "permission",      null,                Thing),
        Of(PermissionUpdated,        "permission",      null,                Thing),
        Of(PermissionDeleted,        "permission",      null,                Thing),
        Of(GroupCreated,             "group",           null,                Thing),
        Of(GroupUpdated,             "group",           "member memberAdded", Thing,                                   "member memberAdded"),
        Of(GroupDeleted,             "group",           null,                Thing),
        Of(RoleAssigned,             "role-assignment", "subject user",      Assignment,                               "subject user"),
        Of(RoleUnassigned,           "role-assignment", "subject user",      Assignment,                               "subject user"),
        Of(ClientCreated,            "client",          null,                Client),
        Of(ClientUpdated,            "client",          null,                Client),
        Of(ClientDeleted,            "client",          null,                Client),
        Of(ClientDisabled,           "client",          null,                "disabledAt"),
        Of(ClientEnabled,            "client",          null,                "disabledAt"),
        Of(ClientSecretCreated,      "client",          null,                "id createdAt"),
        Of(ClientSecretDeleted,      "client",          null,                "id createdAt"),
        Of(ClientLogoutFailed,       "client",          "user",              "session attempts reason",                 "user"),
        Of(ConsentGranted,           "client",          "actor",             "scopes"),
        Of(ConsentDenied,            "client",          "actor",             "scopes"),
        Of(TokenReuseDetected,       "user",            "target",            "grant token"),
        Of(TokenRevoked,             "grant or token",  null),
        Of(TokenExchanged,           "user or client",  "target",            "kind token issuedTo audience scopes act"),
        Of(GrantCreated,             "grant",           "actor",             "client scopes"),
        Of(KeyCreated,               "key",             null,                Key),
        Of(KeyBroughtForward,        "key",             null,                Key),
        Of(KeyActivated,             "key",             null,                Key),
        Of(KeyRetired,               "key",             null,                Key),
        Of(KeyDeleted,               "key",             null,                Key),
        Of(KeyCompromised,           "key",             null,                Key),
        Of(WebhookCreated,           "webhook",         null,                Webhook),
        Of(WebhookUpdated,           "webhook",         null,                Webhook + " position"),
        Of(WebhookDeleted,           "webhook",         null,                Webhook),
        Of(WebhookSecretCreated,     "webhook",         null,                "id createdAt"),
        Of(WebhookSecretDeleted,     "webhook",         null,                "id createdAt"),
        Of(WebhookResent,            "webhook",         null,                "event"),
        Of(SubjectErased,            "user",            "target"),
        Of(AuditRead,                "audit-trail",     null,                Asked + " event"),
        Of(AuditExported,            "audit-trail",     null,                Asked + " format after"),
        Of(AuditFollowed,            "audit-trail",     null,                Asked + " after"),
    ];

    /// <summary>What is known of a type; null for one that others have made for themselves.</summary>
    public static AuditEventType? Find(string name) => All.FirstOrDefault(type => type.Name == name);

    private static AuditEventType Of(string name, string target, string? subject, string plain = "", string personal = "") =>
        new(name, target, subject, plain.Split(' ', StringSplitOptions.RemoveEmptyEntries), personal.Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
