using Microsoft.Extensions.Localization;
using UserDomain.AdminUi.ApiClients;
using UserDomain.AdminUi.Resources;
using UserDomain.Contracts;
using UserDomain.ServiceDefaults.Backchannel;

namespace UserDomain.AdminUi.Display;

/// <summary>Audit events, sessions and problems in words.</summary>
internal sealed class AuditWords(IStringLocalizer<Text> text)
{
    private static readonly string ConsoleClient = ServiceCredentials.ClientIdOf(Services.AdminUi);

    /// <summary>What happened; the bare type for one this console does not know.</summary>
    public string Act(string type) => text[type] is { ResourceNotFound: false } known ? known : type;

    /// <summary>Who did it. A refused sign-in is the act of nobody that is known.</summary>
    public string Actor(AuditEventResponse auditEvent) => auditEvent switch
    {
        { Actor: { } actor } => actor.Name ?? actor.Id,
        { Type: AuditEventTypes.SignInFailed } => "–",
        _ => text["the system"],
    };

    /// <summary>An application by the name people know, where the console knows it.</summary>
    public string? Application(string? clientId) => clientId == ConsoleClient ? text["Console"] : clientId;

    /// <summary>Applications, one after the other.</summary>
    public string Applications(IReadOnlyList<string>? clientIds) => clientIds is { Count: > 0 } ? string.Join(", ", clientIds.Select(Application)) : "–";

    /// <summary>How somebody proved who they are (RFC 8176).</summary>
    public string Methods(IReadOnlyList<string>? methods) =>
        string.Join(" + ", (methods ?? []).Select(method => text["method " + method] is { ResourceNotFound: false } known ? known.Value : method));

    /// <summary>Who, through which application and from where, on one line. Whoever acts on themselves is named already.</summary>
    public string Origin(AuditEventResponse auditEvent) => string.Join(" · ", new[]
    {
        auditEvent.Actor?.Id == auditEvent.Target?.Id || auditEvent is { Actor: null, Type: AuditEventTypes.SignInFailed } ? null : text["by {0}", Actor(auditEvent)].Value,
        // A service that acts for itself is its own application.
        auditEvent.Actor is { Type: "client" } ? null : Application(auditEvent.ClientId),
        auditEvent.Address,
    }.Where(part => !string.IsNullOrEmpty(part)));

    /// <summary>The page of what an event is about, or null if it has none.</summary>
    public static string? PageOf(Subject? subject) => subject switch
    {
        { Type: "user" } when Guid.TryParse(subject.Id, out _) => $"~/users/{subject.Id}",
        { Type: "role" } when Guid.TryParse(subject.Id, out _) => $"~/roles/{subject.Id}",
        { Type: "group" } when Guid.TryParse(subject.Id, out _) => $"~/groups/{subject.Id}",
        { Type: "session" } when Guid.TryParse(subject.Id, out _) => $"~/sessions/{subject.Id}",
        _ => null,
    };

    /// <summary>The browser of a session.</summary>
    public string Device(string? userAgent) => Browser.Name(userAgent) switch
    {
        ({ } browser, { } system) => text["{0} on {1}", browser, system],
        ({ } browser, null) => browser,
        (null, { } system) => system,
        _ => text["Unknown browser"],
    };

    /// <summary>What a person reads first about a problem.</summary>
    public string Headline(ApiProblem problem) => problem switch
    {
        { Type: ApiProblem.Unreachable } => text["The service behind this page does not answer"],
        { IsVersionMismatch: true } => text["Somebody else changed this meanwhile"],
        { Status: StatusCodes.Status403Forbidden } => text["You may not do this"],
        { Errors.Count: > 0 } => text["Some fields need another value"],
        { Title: { Length: > 0 } title } => title,
        _ => text["That did not work"],
    };

    /// <summary>What to do about it.</summary>
    public string Advice(ApiProblem problem) => problem switch
    {
        { Type: ApiProblem.Unreachable } => text["Try again in a moment. If it stays so, tell whoever operates this installation."],
        { IsVersionMismatch: true } => text["Nothing was saved. Load the page again, look at what changed, and make your change once more."],
        { Errors.Count: > 0 } => text["Nothing was saved. Mend the marked fields and send the form again."],
        { Detail: { Length: > 0 } detail } => detail,
        { Status: StatusCodes.Status403Forbidden } => text["Your account lacks the permission. An administrator can give it to you."],
        _ => text["Try again. If it keeps failing, give the support code to whoever operates this installation."],
    };
}
