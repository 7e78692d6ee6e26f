using UserDomain.IdentityServer.Protocol.BackchannelLogout;
using UserDomain.IdentityServer.Tests.Keys;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Protocol.BackchannelLogout;

/// <summary>Several replicas that tell clients of closed sessions (SES-04).</summary>
public sealed class LogoutReplicaTests
{
    [Fact]
    public async Task SES_04_Two_replicas_tell_of_each_session_once()
    {
        await using var replicas = await KeyReplicas.StartAsync();
        await using var first = await ToldApplication.StartAsync();
        await using var second = await ToldApplication.StartAsync();
        using var visitor = await replicas.A.VisitorToldAtAsync(first.Url);
        using var other = await replicas.B.VisitorToldAtAsync(second.Url);

        await replicas.A.NoteAsync(visitor.ClientId, 200, replicas.Clock.GetUtcNow());
        await replicas.A.NoteAsync(other.ClientId, 200, replicas.Clock.GetUtcNow());
        await replicas.A.NoticesAsync(visitor.ClientId, notices => notices.Count == 0);
        await replicas.B.NoticesAsync(other.ClientId, notices => notices.Count == 0);

        foreach (var application in new[] { first, second })
        {
            Assert.Equal(200, application.All.Count);
            Assert.Equal(200, application.All.Select(told => told.Session).Distinct().Count());
        }
    }

    [Fact]
    public async Task SES_04_However_many_ask_for_notices_at_once_each_notice_has_one_taker()
    {
        await using var replicas = await KeyReplicas.StartAsync();
        await using var application = await ToldApplication.StartAsync();
        using var visitor = await replicas.A.VisitorToldAtAsync(application.Url);
        await replicas.A.NoteAsync(visitor.ClientId, 400, replicas.Clock.GetUtcNow());

        var taken = (await Task.WhenAll(Enumerable.Range(0, 8).Select(number => TakeAllAsync(replicas.Both[number % 2], visitor.ClientId)))).SelectMany(notices => notices).ToList();

        // What the replicas themselves were faster with was sent; what was taken here was not.
        Assert.NotEmpty(taken);
        Assert.Equal(taken.Count, taken.Distinct().Count());
        Assert.Empty(application.All.Select(told => told.Session).Intersect(taken.Select(session => session.ToString())));
    }

    private static async Task<List<Guid>> TakeAllAsync(RunningSystem system, string clientId)
    {
        var taken = new List<Guid>();
        while (true)
        {
            await using var scope = system.PartOf<IServiceScopeFactory>().CreateAsyncScope();
            var batch = await scope.ServiceProvider.GetRequiredService<NoticeQueue>().ClaimAsync(clientId, NoticeDelivery.BatchSize, TestContext.Current.CancellationToken);
            taken.AddRange(batch.Select(notice => notice.SessionId));
            if (batch.Count == 0)
            {
                return taken;
            }
        }
    }
}
