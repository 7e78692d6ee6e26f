using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using UserDomain.Database.Idempotency;
using UserDomain.IdentityServer.Pruning;
using UserDomain.IdentityStore.Sessions;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Pruning;

/// <summary>What nobody asks for any more is deleted, and nothing else.</summary>
public sealed class EndedRowsTests(RunningSystem system)
{
    private static readonly CancellationToken Cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task REV_01_Entries_of_the_revocation_log_go_when_they_have_expired_except_those_of_keys()
    {
        var mark = $"{Guid.CreateVersion7()}";
        var now = TimeProvider.System.GetUtcNow();
        await system.InStoreAsync(store =>
        {
            store.Revocations.AddRange(
                Revocation.Of(RevocationKinds.Session, $"{mark} over", now.AddMinutes(-7)),
                Revocation.Of(RevocationKinds.Session, $"{mark} live", now.AddMinutes(-5)),
                Revocation.OfKey($"{mark} key", now.AddDays(-31)));
            return store.SaveChangesAsync(Cancellation);
        });

        await system.InStoreAsync(store => EndedRows.RevocationsAsync(store, TimeProvider.System, Cancellation));

        var left = await system.InStoreAsync(store => store.Revocations.Where(row => row.Value.StartsWith(mark)).OrderBy(row => row.Value).Select(row => row.Value).ToListAsync(Cancellation));
        Assert.Equal([$"{mark} key", $"{mark} live"], left);
    }

    [Fact]
    public async Task API_03_The_answer_to_a_create_is_kept_for_a_day()
    {
        var (old, young) = (await AnswerAsync(hours: 25), await AnswerAsync(hours: 23));

        await system.InStoreAsync(store => EndedRows.AnswersAsync(store, TimeProvider.System, Cancellation));

        var left = await system.InStoreAsync(store => store.Set<IdempotencyRecord>().Select(row => row.KeyHash).ToListAsync(Cancellation));
        Assert.DoesNotContain(left, hash => hash.SequenceEqual(old));
        Assert.Contains(left, hash => hash.SequenceEqual(young));
    }

    private Task<byte[]> AnswerAsync(int hours) => system.InStoreAsync(async store =>
    {
        var record = new IdempotencyRecord { KeyHash = RandomNumberGenerator.GetBytes(32), RequestHash = RandomNumberGenerator.GetBytes(32), CreatedAt = TimeProvider.System.GetUtcNow().AddHours(-hours) };
        store.Add(record);
        await store.SaveChangesAsync(Cancellation);
        return record.KeyHash;
    });
}
