using System.Diagnostics.Metrics;
using UserDomain.IdentityServer.SignIn.Passwords;
using static UserDomain.IdentityServer.Tests.SignIn.Passwords.Hashers;

namespace UserDomain.IdentityServer.Tests.SignIn.Passwords;

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
    [InlineData(PasswordOptions.Argon2id, "m=19456,t=2")]
    [InlineData(PasswordOptions.Bcrypt, "10")]
    public void LOG_02_An_unknown_user_an_unusable_hash_and_a_foreign_pepper_cost_as_much_as_a_wrong_password(string algorithm, string cost)
    {
        var hasher = Make(algorithm);
        var hash = hasher.Hash(Phrase);
        var foreign = Make(algorithm, OtherPepper).Hash(Phrase);

        Assert.All(
            new Action[]
            {
                () => hasher.Verify(hash, "wrong"),
                () => hasher.VerifyNothing("wrong"),
                () => hasher.Verify("malformed", "wrong"),
                () => hasher.Verify(foreign, "wrong"),
            },
            check => Assert.Equal([$"{algorithm} {cost}"], HashesOf(check)));
    }

    // The counter is called on the thread that hashes, so what other tests do at the same time does not count.
    private static List<string> HashesOf(Action work)
    {
        var computed = new List<string>();
        var thread = Environment.CurrentManagedThreadId;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == HashingMetrics.MeterName)
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, _, tags, _) =>
        {
            if (Environment.CurrentManagedThreadId == thread)
            {
                computed.Add($"{tags[0].Value} {tags[1].Value}");
            }
        });
        listener.Start();
        work();
        return computed;
    }
}
