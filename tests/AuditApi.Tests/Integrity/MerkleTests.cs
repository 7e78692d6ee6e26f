using UserDomain.AuditApi.Integrity;

namespace UserDomain.AuditApi.Tests.Integrity;

/// <summary>Known answers of RFC 6962: those of the reference implementation, https://github.com/google/certificate-transparency (merkle_tree_test.cc).</summary>
public sealed class MerkleTests
{
    private static readonly byte[][] Entries = [.. new[] { "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f" }.Select(Convert.FromHexString)];

    private static readonly string[] Roots =
    [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];

    private static byte[][] Leaves => [.. Entries.Select(entry => MerkleTree.LeafHash(entry))];

    [Fact]
    public void AUD_03_the_root_is_that_of_RFC_6962()
    {
        var tree = new MerkleFrontier();
        Assert.Equal("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", Convert.ToHexStringLower(tree.Root()));

        Assert.Equal(Roots, Leaves.Select(leaf =>
        {
            tree.Add(leaf);
            return Convert.ToHexStringLower(tree.Root());
        }));
    }

    [Fact]
    public async Task AUD_03_known_proofs_of_inclusion_and_consistency_are_made()
    {
        var proofs = Proofs(Leaves);

        Assert.Equal(
            ["bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b", "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"],
            (await proofs.InclusionAsync(5, 8)).Select(Convert.ToHexStringLower));
        Assert.Equal(
            ["5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e", "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"],
            (await proofs.ConsistencyAsync(2, 5)).Select(Convert.ToHexStringLower));
        Assert.Equal(
            ["0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a", "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"],
            (await proofs.ConsistencyAsync(6, 8)).Select(Convert.ToHexStringLower));
    }

    [Fact]
    public async Task AUD_03_each_proof_leads_to_its_root_and_to_no_other()
    {
        var leaves = Enumerable.Range(0, 70).Select(number => MerkleTree.LeafHash([(byte)number])).ToArray();
        var proofs = Proofs(leaves);
        for (var size = 1; size <= leaves.Length; size++)
        {
            var root = await proofs.RootAsync(size);
            Assert.Equal(root, (await proofs.FrontierAsync(size)).Root());
            for (var other = 1; other <= size; other++)
            {
                var path = await proofs.InclusionAsync(other - 1, size);
                Assert.Equal(root, MerkleCheck.RootOf(leaves[other - 1], other - 1, size, path));
                Assert.NotEqual(root, MerkleCheck.RootOf(leaves[other % leaves.Length], other - 1, size, path));
                Assert.NotEqual(root, MerkleCheck.RootOf(leaves[other - 1], other - 1, size, [.. path, root]));

                var smaller = await proofs.RootAsync(other);
                var proof = await proofs.ConsistencyAsync(other, size);
                Assert.True(MerkleCheck.GoesOn(other, smaller, size, root, proof));
                Assert.False(MerkleCheck.GoesOn(other, leaves[0].Reverse().ToArray(), size, root, proof));
                Assert.False(MerkleCheck.GoesOn(other, smaller, size, leaves[0].Reverse().ToArray(), proof));
            }
        }
    }

    private static MerkleProofs Proofs(byte[][] leaves) => new((height, index) => Task.FromResult(MerkleTree.Above(leaves.AsSpan((int)index << height, 1 << height))));
}
