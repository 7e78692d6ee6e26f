using UserDomain.IdentityServer.Tests.Keys;

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
}
