using Microsoft.EntityFrameworkCore;
using OpenIddict.EntityFrameworkCore.Models;
using UserDomain.IdentityServer.Clients;
using UserDomain.IdentityServer.Protocol.ClientDocuments;
using UserDomain.IdentityServer.Tests.ClientApi;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Protocol.ClientDocuments;

/// <summary>How often documents are asked for, and how long clients are known by them (OUT-01).</summary>
public sealed class DocumentLifeTests(DocumentSystem documents) : IClassFixture<DocumentSystem>
{
    [Theory]
    [InlineData(null, 4, 6)]
    [InlineData("no-store", 4, 6)]
    [InlineData("max-age=1", 4, 6)]
    [InlineData("max-age=3600", 59, 61)]
    [InlineData("max-age=31536000", (24 * 60) - 1, (24 * 60) + 1)]
    public async Task A_document_is_asked_for_again_when_it_says_within_bounds(string? cacheControl, int minutesGood, int minutesOld)
    {
        var id = documents.Publish(DocumentSystem.Json(cacheControl));
        Assert.True(await documents.IsTakenAsync(id));

        documents.Clock.Move(TimeSpan.FromMinutes(minutesGood));
        Assert.True(await documents.IsTakenAsync(id));
        Assert.Equal(1, documents.AskedFor(id));
        documents.Clock.Move(TimeSpan.FromMinutes(minutesOld - minutesGood));
        Assert.True(await documents.IsTakenAsync(id));

        Assert.Equal(2, documents.AskedFor(id));
    }

    [Fact]
    public async Task Many_who_name_a_client_at_once_have_its_document_asked_for_once()
    {
        var id = documents.Publish(async (context, json) =>
        {
            await Task.Delay(300, context.RequestAborted);
            await DocumentSystem.Json()(context, json);
        });

        var taken = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => documents.IsTakenAsync(id)));

        Assert.All(taken, Assert.True);
        Assert.Equal(1, documents.AskedFor(id));
    }

    [Fact]
    public async Task With_its_document_a_client_is_gone_and_comes_back_a_minute_after_it()
    {
        var id = documents.Publish();
        Assert.True(await documents.IsTakenAsync(id));
        documents.Withdraw(id);

        documents.Clock.Move(TimeSpan.FromMinutes(6));
        await documents.RefusedAsync(id);
        Assert.Equal(2, documents.AskedFor(id));
        documents.Replace(id, answer: null);
        await documents.RefusedAsync(id);
        Assert.Equal(2, documents.AskedFor(id));
        documents.Clock.Move(Pause);

        Assert.True(await documents.IsTakenAsync(id));
    }

    [Fact]
    public async Task Strangers_have_a_host_asked_so_often_and_keep_out_no_client_that_is_known()
    {
        var known = documents.Publish();
        Assert.True(await documents.IsTakenAsync(known));
        documents.Clock.Move(TimeSpan.FromMinutes(6));
        var asked = documents.Host.Asked;

        for (var number = 0; number < DocumentBudget.OfOneHost + 5; number++)
        {
            using var answer = await documents.AuthorizeAsync(new Uri(documents.Host.Url, $"nothing/{number}").AbsoluteUri);
        }

        Assert.Equal(asked + DocumentBudget.OfOneHost, documents.Host.Asked);
        Assert.True(await documents.IsTakenAsync(known));
        documents.Clock.Move(DocumentBudget.Window);
        await documents.RefusedAsync(new Uri(documents.Host.Url, "nothing/more").AbsoluteUri);
        Assert.Equal(asked + DocumentBudget.OfOneHost + 2, documents.Host.Asked);
    }

    [Fact]
    public void Strangers_have_all_hosts_together_asked_so_often()
    {
        var clock = new MovedClock();
        var budget = new DocumentBudget(clock);

        Assert.Equal(DocumentBudget.OfAll, Enumerable.Range(0, 100).Count(number => budget.TryTake($"{number}.example.test")));
        clock.Move(DocumentBudget.Window);
        Assert.True(budget.TryTake("more.example.test"));
    }

    [Fact]
    public async Task A_client_nobody_gave_anything_is_forgotten_and_one_that_is_used_or_disabled_stays()
    {
        var (unused, used, disabled, young) = (documents.Publish(), documents.Publish(), documents.Publish(), documents.Publish());
        await documents.System.CreateUserAsync("gave-something");
        using var visitor = documents.Visitor(used);
        await visitor.CodeAsync("gave-something", RunningSystem.Password, ("redirect_uri", documents.Callback));
        Assert.True(await documents.IsTakenAsync(unused));
        Assert.True(await documents.IsTakenAsync(disabled));
        using var manager = await documents.System.ManagerAsync();
        var path = (await manager.SendAsync("GET", $"clients?query={Uri.EscapeDataString(disabled)}").BodyAsync()).GetProperty("items").EnumerateArray().Single().Path();
        await manager.SendAsync("POST", $"{path}/disable").BodyAsync();
        documents.Clock.Move(TimeSpan.FromMinutes(61));
        Assert.True(await documents.IsTakenAsync(young));

        await documents.System.InStoreAsync(store => DocumentStore.PruneAsync(store, documents.Clock, TestContext.Current.CancellationToken));

        string[] all = [unused, used, disabled, young];
        var left = await documents.System.InStoreAsync(store => store.Set<OpenIddictEntityFrameworkCoreApplication<Guid>>()
            .Where(row => all.Contains(row.ClientId)).Select(row => row.ClientId).ToListAsync(TestContext.Current.CancellationToken));
        Assert.Equal(new[] { used, disabled, young }.Order(), left.Order());
        await Task.Delay(ClientSnapshots.Lifetime, TestContext.Current.CancellationToken);
        Assert.True(await documents.IsTakenAsync(unused));
    }

    private static TimeSpan Pause => UserDomain.IdentityServer.Protocol.ClientDocuments.ClientDocuments.Pause;
}
