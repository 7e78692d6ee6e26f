using System.Diagnostics;
using UserDomain.IdentityServer.SignIn.Passwords;
using static UserDomain.IdentityServer.Tests.SignIn.Passwords.Hashers;

namespace UserDomain.IdentityServer.Tests.SignIn.Passwords;

/// <summary>Measures, and therefore runs when nothing else does.</summary>
[CollectionDefinition(nameof(UnknownUserTests), DisableParallelization = true)]
[Collection(nameof(UnknownUserTests))]
public sealed class UnknownUserTests
{
    [Fact]
    public void Nothing_never_matches()
    {
        Assert.Equal(PasswordCheck.Wrong, Argon2id.VerifyNothing(Phrase));
        Assert.Equal(PasswordCheck.Wrong, Bcrypt.VerifyNothing(Phrase));
        Assert.Equal(PasswordCheck.Wrong, Argon2id.Verify(null, Phrase));
    }

    [Theory]
    [InlineData(PasswordOptions.Argon2id)]
    [InlineData(PasswordOptions.Bcrypt)]
    public void An_unknown_user_an_unusable_hash_and_a_foreign_pepper_cost_as_much_as_a_wrong_password(string algorithm)
    {
        var hasher = Make(algorithm, bcryptCost: 11);
        var hash = hasher.Hash(Phrase);
        var foreign = Make(algorithm, OtherPepper, 11).Hash(Phrase);
        var fastest = Fastest(
            () => hasher.Verify(hash, "wrong"),
            () => hasher.VerifyNothing("wrong"),
            () => hasher.Verify("malformed", "wrong"),
            () => hasher.Verify(foreign, "wrong"));

        Assert.All(fastest, time => Assert.InRange(time, fastest[0] * 0.6, fastest[0] * 1.6));
    }

    // The fastest of several, in turns: a busy machine makes any single one slow, and none of them fast.
    private static TimeSpan[] Fastest(params Action[] kinds) =>
        Enumerable.Range(0, 8).Select(_ => kinds.Select(Measure).ToArray())
            .Aggregate((best, round) => [.. best.Zip(round, (left, right) => left < right ? left : right)]);

    private static TimeSpan Measure(Action work)
    {
        var watch = Stopwatch.StartNew();
        work();
        return watch.Elapsed;
    }
}
