using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;
using UserDomain.IdentityServer.Keys;
using UserDomain.IdentityServer.Tests.Protocol;
using UserDomain.IdentityStore.Keys;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Keys;

/// <summary>What tests of the key ring ask of a running system.</summary>
internal static class KeyCalls
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    public static string KeyOf(string token) => Jwt.HeaderOf(token).Text("kid")!;

    /// <summary>The ids of the published keys.</summary>
    public static async Task<string[]> PublishedAsync(this RunningSystem system)
    {
        using var client = system.Anonymous();
        var set = await client.GetAsync(new Uri(".well-known/jwks", UriKind.Relative)).BodyAsync();
        return [.. set.GetProperty("keys").EnumerateArray().Select(key => key.Text("kid")!).Order(StringComparer.Ordinal)];
    }

    public static Task<List<ServerKey>> KeysAsync(this RunningSystem system) =>
        system.InStoreAsync(store => store.ServerKeys.AsNoTracking().OrderBy(key => key.ActiveFrom).ToListAsync());

    /// <summary>Whether an API takes a token, which it checks by itself.</summary>
    public static async Task<bool> IsTakenByApiAsync(this RunningSystem system, string accessToken)
    {
        using var client = system.Anonymous();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
        using var answer = await client.GetAsync(new Uri("api/v1/me", UriKind.Relative));
        return answer.StatusCode != HttpStatusCode.Unauthorized;
    }

    /// <summary>Whether the server takes a token of an application that asks it about it.</summary>
    public static async Task<bool> IsTakenByServerAsync(this WebVisitor visitor, string token) =>
        (await visitor.PostAsApplicationAsync("connect/introspect", ("token", token)).BodyAsync()).GetProperty("active").GetBoolean();

    /// <summary>A person in front of a fresh application that may refresh and use an API.</summary>
    public static async Task<(WebVisitor Visitor, string UserName)> PersonAsync(this RunningSystem system)
    {
        var name = $"key-{Guid.CreateVersion7():n}";
        await system.CreateUserAsync(name);
        return (await system.VisitorAsync("offline_access", "profile:self"), name);
    }

    /// <summary>Whether an application that sends somebody here with an ID token has them signed out without a question.</summary>
    public static async Task<bool> IsHintTakenAsync(this WebVisitor visitor, string idToken)
    {
        var url = QueryHelpers.AddQueryString("connect/logout", new Dictionary<string, string?>
        {
            ["id_token_hint"] = idToken,
            ["post_logout_redirect_uri"] = WebVisitor.PostLogoutRedirectUri,
        });
        using var answer = await visitor.Http.GetAsync(new Uri(url, UriKind.Relative));
        return answer.Headers.Location?.OriginalString.StartsWith(WebVisitor.PostLogoutRedirectUri, StringComparison.Ordinal) == true;
    }

    /// <summary>Whether a refresh token is taken.</summary>
    public static async Task<bool> IsRefreshTakenAsync(this WebVisitor visitor, string refreshToken)
    {
        using var answer = await visitor.PostTokenAsync(("grant_type", "refresh_token"), ("refresh_token", refreshToken));
        return answer.IsSuccessStatusCode;
    }

    /// <summary>What the audit trail tells of a key, oldest first, once it tells something.</summary>
    public static async Task<string[]> TrailOfAsync(this RunningSystem system, string key, string last)
    {
        string[] types = [];
        await UntilAsync(async () =>
        {
            // A replica that has not noticed yet signs with a key that was withdrawn, and the APIs know already.
            using var auditor = await system.ClientWithAsync(["audit:read"]);
            using var answer = await auditor.GetAsync(new Uri($"api/v1/audit-events?target={key}&limit=50", UriKind.Relative));
            if (answer.StatusCode == HttpStatusCode.Unauthorized)
            {
                return false;
            }

            var page = await Task.FromResult(answer).BodyAsync();
            types = [.. page.Items().Select(audit => audit.Text("type")!).Reverse()];
            return types.Contains(last);
        });
        return types;
    }

    /// <summary>Does something to the ring in a scope of its own, as a command or a background loop would.</summary>
    public static async Task InRingAsync<T>(this RunningSystem system, Func<T, Task> work)
        where T : notnull
    {
        await using var scope = system.PartOf<IServiceScopeFactory>().CreateAsyncScope();
        await work(scope.ServiceProvider.GetRequiredService<T>());
    }

    public static Task WithdrawAsync(this RunningSystem system, string key) =>
        system.InRingAsync<KeyRetirement>(keys => keys.WithdrawAsync(key, TestContext.Current.CancellationToken));

    /// <summary>Waits for what all replicas come to by themselves.</summary>
    /// <returns>How long it took.</returns>
    public static async Task<TimeSpan> UntilAsync(Func<Task<bool>> isSo)
    {
        var since = Stopwatch.GetTimestamp();
        while (!await isSo())
        {
            Assert.True(Stopwatch.GetElapsedTime(since) < Patience, "It did not come to be.");
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        return Stopwatch.GetElapsedTime(since);
    }
}
