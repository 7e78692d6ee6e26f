using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using UserDomain.AdminUi.Access;
using UserDomain.AdminUi.ApiClients;
using UserDomain.Contracts;
using UserDomain.ServiceDefaults.Lists;

namespace UserDomain.AdminUi.Pages.Audit;

[Requires(Scopes.AuditRead)]
internal sealed class IndexModel(AuditClient audit, UsersClient users, RolesClient roles, GroupsClient groups) : ConsolePage
{
    private const string FieldFormat = "yyyy-MM-dd'T'HH:mm";

    [BindProperty(SupportsGet = true)]
    public string? Type { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Actor { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Target { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Session { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Address { get; set; }

    /// <summary>Words of names, addresses and values.</summary>
    [BindProperty(SupportsGet = true, Name = "q")]
    public string? Words { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? From { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? To { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Cursor { get; set; }

    public Page<AuditEventResponse>? Events { get; private set; }

    public (string Name, string? Value)[] Filters =>
        [("type", Type), ("actor", Actor), ("target", Target), ("session", Session), ("address", Address), ("q", Words), ("from", From), ("to", To)];

    public bool IsFiltered => Filters.Any(filter => filter.Value is { Length: > 0 });

    /// <summary>The parts before the dot of every known type: what can be asked for at once.</summary>
    public static IReadOnlyList<string> Prefixes { get; } =
        [.. AuditEventTypes.All.Select(type => type[..(type.IndexOf('.', StringComparison.Ordinal) + 1)]).Distinct().Order(StringComparer.Ordinal)];

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        var actor = await UserIdAsync(Actor?.Trim(), cancellationToken);
        var target = await UserIdAsync(Target?.Trim(), cancellationToken);
        target = target == Target?.Trim() ? await RoleOrGroupIdAsync(target, cancellationToken) : target;
        Events = Take(await audit.ListAsync(new(Type?.Trim(), actor, target, Session?.Trim(), Read(From), Read(To), Address?.Trim(), Words?.Trim()), Cursor, ListSize, cancellationToken));
    }

    // The trail is asked by id; people know names. What is no known name is taken for an id, such as that of an application.
    private async Task<string?> UserIdAsync(string? text, CancellationToken cancellationToken) =>
        IsName(text) && (await users.FindAsync(text!, cancellationToken)).Value is { } user ? user.Id.ToString() : text;

    private async Task<string?> RoleOrGroupIdAsync(string? text, CancellationToken cancellationToken)
    {
        if (!IsName(text))
        {
            return text;
        }

        var role = (await roles.ListAsync(text, null, PageQuery.Max, cancellationToken)).Value?.Items.FirstOrDefault(role => Is(role.Name))?.Id;
        return (role ?? (await groups.ListAsync(text, null, PageQuery.Max, cancellationToken)).Value?.Items.FirstOrDefault(group => Is(group.Name))?.Id)?.ToString() ?? text;

        bool Is(string name) => string.Equals(name, text, StringComparison.OrdinalIgnoreCase);
    }

    private static bool IsName(string? text) => text is { Length: > 0 } && !Guid.TryParse(text, out _);

    // A field for a time has no zone; the page says UTC beside it.
    private static DateTimeOffset? Read(string? value) =>
        DateTimeOffset.TryParseExact(value, FieldFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
}
