using Microsoft.EntityFrameworkCore;
using UserDomain.Contracts;

namespace UserDomain.RoleApi.Tests;

/// <summary>What changes leave behind: audit events and entries of the revocation log.</summary>
internal static class Trail
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Every event about something, oldest first, once the last of them has arrived.</summary>
    public static async Task<List<JsonElement>> EventsAsync(this RunningSystem system, Guid target, string last)
    {
        await system.EventAsync(target, last);
        using var auditor = await system.ClientWithAsync([Scopes.AuditRead]);
        var page = await auditor.ReadAsync($"audit-events?target={target}&limit=200").BodyAsync();
        return [.. page.Items().AsEnumerable().Reverse()];
    }

    public static IEnumerable<string?> Types(this IEnumerable<JsonElement> events) => events.Select(audit => audit.Text("type"));

    /// <summary>How often everything of a user or client was revoked.</summary>
    public static Task<int> RevocationsAsync(this RunningSystem system, string kind, object value)
    {
        var text = value.ToString();
        return system.InStoreAsync(store => store.Revocations.CountAsync(row => row.Kind == kind && row.Value == text, Cancellation));
    }
}
