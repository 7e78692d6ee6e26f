using UserDomain.AdminUi.ApiClients;
using UserDomain.AdminUi.Display;
using UserDomain.Contracts;
using UserDomain.ServiceDefaults.Lists;

namespace UserDomain.AdminUi.Pages;

/// <summary>A first look. Every number is counted from what the APIs answer; where there is more than one page, it says so.</summary>
internal sealed class IndexModel(SessionsClient sessions, AuditClient audit, TimeProvider time) : ConsolePage
{
    private const int Shown = 8;
    private static readonly TimeSpan Window = TimeSpan.FromHours(24);

    public Page<SessionResponse>? Open { get; private set; }

    public Page<AuditEventResponse>? SignIns { get; private set; }

    public Page<AuditEventResponse>? Refusals { get; private set; }

    public Page<AuditEventResponse>? Latest { get; private set; }

    /// <summary>Null when an hour would be shown lower than it was.</summary>
    public HourlyChart? Chart { get; private set; }

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        if (Access.Can(Scopes.SessionsRead))
        {
            Open = Take(await sessions.ListAsync(null, SessionStates.Open, null, PageQuery.Max, cancellationToken));
        }

        if (Access.Can(Scopes.AuditRead))
        {
            var now = time.GetUtcNow();
            SignIns = await ListAsync(AuditEventTypes.SessionCreated, now - Window, PageQuery.Max, cancellationToken);
            Refusals = await ListAsync(AuditEventTypes.SignInFailed, now - Window, PageQuery.Max, cancellationToken);
            Latest = await ListAsync(null, null, Shown, cancellationToken);
            Chart = SignIns is { NextCursor: null } && Refusals is { NextCursor: null }
                ? HourlyChart.Of(SignIns.Items.Select(item => item.Time), Refusals.Items.Select(item => item.Time), now)
                : null;
        }
    }

    /// <summary>How many there are, with a plus where the answer goes on.</summary>
    public static string Count<T>(Page<T> page) => page.NextCursor is null ? $"{page.Items.Count}" : $"{page.Items.Count}+";

    private async Task<Page<AuditEventResponse>?> ListAsync(string? type, DateTimeOffset? from, int limit, CancellationToken cancellationToken) =>
        Take(await audit.ListAsync(new(Type: type, From: from), null, limit, cancellationToken));
}
