using OpenIddict.EntityFrameworkCore.Models;
using UserDomain.IdentityServer.Protocol.TokenStorage;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Protocol.OneTime;

/// <summary>What many write at once because it is not there yet (TST-02).</summary>
public sealed class RowRaceTests(RunningSystem system)
{
    [Fact]
    public async Task TST_02_A_row_that_many_write_at_once_is_written_once_and_nobody_fails()
    {
        var queries = system.PartOf<TokenQueries>();
        for (var round = 0; round < 50; round++)
        {
            var id = Guid.CreateVersion7();
            var row = new TokenRow(new OpenIddictEntityFrameworkCoreToken<Guid> { Id = id, ConcurrencyToken = $"{id}", ReferenceId = $"{id}", Status = "redeemed", Type = "authorization_code" });

            var written = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(
                () => system.InStoreAsync(store => queries.TryInsertAsync(store, row, TestContext.Current.CancellationToken)))));

            Assert.Equal(1, written.Sum());
        }
    }
}
