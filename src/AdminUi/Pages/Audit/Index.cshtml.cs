using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using UserDomain.AdminUi.Access;
using UserDomain.AdminUi.ApiClients;
using UserDomain.Contracts;
using UserDomain.ServiceDefaults.Lists;

namespace UserDomain.AdminUi.Pages.Audit;

[Requires(Scopes.AuditRead)]
internal sealed class IndexModel(AuditClient audit) : ConsolePage
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
    public string? From { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? To { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Cursor { get; set; }

    public Page<AuditEventResponse>? Events { get; private set; }

    public (string Name, string? Value)[] Filters =>
        [("type", Type), ("actor", Actor), ("target", Target), ("session", Session), ("from", From), ("to", To)];

    public bool IsFiltered => Filters.Any(filter => filter.Value is { Length: > 0 });

    /// <summary>The parts before the dot of every known type: what can be asked for at once.</summary>
    public static IReadOnlyList<string> Prefixes { get; } =
        [.. AuditEventTypes.All.Select(type => type[..(type.IndexOf('.', StringComparison.Ordinal) + 1)]).Distinct().Order(StringComparer.Ordinal)];

    public async Task OnGetAsync(CancellationToken cancellationToken) => Events = Take(await audit.ListAsync(
        new(Type?.Trim(), Actor?.Trim(), Target?.Trim(), Session?.Trim(), Read(From), Read(To)), Cursor, ListSize, cancellationToken));

    // A field for a time has no zone; the page says UTC beside it.
    private static DateTimeOffset? Read(string? value) =>
        DateTimeOffset.TryParseExact(value, FieldFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
}
