using Microsoft.Extensions.Localization;
using UserDomain.Contracts;
using UserDomain.IdentityServer.Pages.Parts;
using UserDomain.IdentityServer.Protocol;
using UserDomain.IdentityServer.Resources;

namespace UserDomain.IdentityServer.Pages.Consent;

/// <summary>What a client asks for, one line of the consent page.</summary>
/// <param name="Scope">Name of the scope.</param>
/// <param name="Icon">Its icon.</param>
/// <param name="Title">What it allows, in plain words; null for a scope only the client knows.</param>
/// <param name="Note">What that means.</param>
internal sealed record AskedScope(string Scope, string Icon, string? Title, string Note)
{
    private static readonly Dictionary<string, string> Icons = new()
    {
        [OpenIdScopes.OpenId] = "person",
        [OpenIdScopes.Profile] = "list",
        [OpenIdScopes.Email] = "mail",
        [OpenIdScopes.OfflineAccess] = "clock",
        [Scopes.ProfileSelf] = "person",
        [Scopes.UsersRead] = "people",
        [Scopes.UsersWrite] = "people",
        [Scopes.RolesRead] = "shield",
        [Scopes.RolesWrite] = "shield",
        [Scopes.SessionsRead] = "computer",
        [Scopes.SessionsWrite] = "computer",
        [Scopes.RevocationsRead] = "computer",
        [Scopes.AuditRead] = "list",
        [Scopes.AuditWrite] = "list",
        [Scopes.AuditErase] = "list",
        [Scopes.WebhooksRead] = "list",
        [Scopes.WebhooksWrite] = "list",
        [Scopes.ClientsRead] = "computer",
        [Scopes.ClientsWrite] = "computer",
        [Scopes.ClientsRegister] = "computer",
    };

    /// <summary>Every scope there are words for.</summary>
    public static IReadOnlyCollection<string> Known => Icons.Keys;

    public static AskedScope Of(string scope, Person person, IStringLocalizer<AccountText> text) => Icons.TryGetValue(scope, out var icon)
        ? new(scope, icon, text[$"Scope.{scope}.Title"], scope == OpenIdScopes.Email && person.Email is { } email ? email : text[$"Scope.{scope}.Note"])
        : new(scope, "key", null, text["Scope.Unknown.Note"]);
}
