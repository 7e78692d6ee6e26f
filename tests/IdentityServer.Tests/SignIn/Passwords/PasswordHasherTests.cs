using System.Text;
using UserDomain.IdentityServer.SignIn.Passwords;
using static UserDomain.IdentityServer.Tests.SignIn.Passwords.Hashers;

namespace UserDomain.IdentityServer.Tests.SignIn.Passwords;

public sealed class PasswordHasherTests
{
    public static readonly TheoryData<string> Algorithms = [PasswordOptions.Argon2id, PasswordOptions.Bcrypt];

    public static readonly TheoryData<string, string> AlgorithmsAndPasswords = Combine(
        "x", Phrase, "pässwörd with umlauts", "密码密码密码密码密码密码密码密码", "🐎🔋 correct 🐎🔋 staple", " leading and trailing ",
        "with\0zero\0bytes", "tab\tand\nline", "$2b$10$looks like a hash", new string('a', 256), string.Concat(Enumerable.Repeat("🐎", 256)));

    [Theory, MemberData(nameof(AlgorithmsAndPasswords))]
    public void A_password_matches_its_own_hash_and_no_password_close_to_it_does(string algorithm, string password)
    {
        var hasher = Of(algorithm);
        var hash = hasher.Hash(password);

        Assert.Equal(PasswordCheck.Correct, hasher.Verify(hash, password));
        Assert.Equal(PasswordCheck.Wrong, hasher.Verify(hash, password + "x"));
        Assert.Equal(PasswordCheck.Wrong, hasher.Verify(hash, "x" + password));
        Assert.Equal(PasswordCheck.Wrong, hasher.Verify(hash, password.EnumerateRunes().First().ToString() + "y"));
    }

    [Theory, MemberData(nameof(Algorithms))]
    public void The_same_password_never_gives_the_same_hash_twice(string algorithm) =>
        Assert.NotEqual(Of(algorithm).Hash(Phrase), Of(algorithm).Hash(Phrase));

    [Fact]
    public void A_new_argon2id_hash_names_its_parameters_and_its_pepper() =>
        Assert.Matches(@"^\$argon2id\$v=19\$m=19456,t=2,p=1,keyid=[A-Za-z0-9+/]{8}\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$", Argon2id.Hash(Phrase));

    [Fact]
    public void A_new_bcrypt_hash_names_its_parameters_and_its_pepper() =>
        Assert.Matches(@"^\$bcrypt-hmac-sha256\$keyid=[A-Za-z0-9+/]{8}\$2b\$10\$[./A-Za-z0-9]{53}$", Bcrypt.Hash(Phrase));

    [Fact]
    public void A_password_longer_than_72_bytes_is_never_truncated_by_bcrypt()
    {
        var hash = Bcrypt.Hash(new string('a', 100) + "b");

        Assert.Equal(PasswordCheck.Correct, Bcrypt.Verify(hash, new string('a', 100) + "b"));
        Assert.Equal(PasswordCheck.Wrong, Bcrypt.Verify(hash, new string('a', 100) + "c"));
        Assert.Equal(PasswordCheck.Wrong, Bcrypt.Verify(hash, new string('a', 100)));
    }

    [Theory]
    [InlineData("Zoë at the café")]
    [InlineData("tiếng Việt rất khó")]
    [InlineData("ᾂ Å 각 ｆｕｌｌ ﬁ x²")]
    public void Composed_and_decomposed_forms_are_the_same_password(string password)
    {
        var forms = new[] { NormalizationForm.FormC, NormalizationForm.FormD, NormalizationForm.FormKC, NormalizationForm.FormKD };
        var hash = Argon2id.Hash(password);

        Assert.All(forms, form => Assert.Equal(PasswordCheck.Correct, Argon2id.Verify(hash, password.Normalize(form))));
    }

    [Fact]
    public void Case_counts() => Assert.Equal(PasswordCheck.Wrong, Argon2id.Verify(Argon2id.Hash(Phrase), Phrase.ToUpperInvariant()));

    [Fact]
    public void A_decomposed_password_of_256_characters_is_not_too_long()
    {
        var composed = string.Concat(Enumerable.Repeat("ᾂ", 256));
        Assert.Equal(PasswordCheck.Correct, Argon2id.Verify(Argon2id.Hash(composed), composed.Normalize(NormalizationForm.FormD)));
    }

    // Not as inline data: attributes are stored as UTF-8, which replaces half characters.
    [Fact]
    public void What_is_not_a_text_is_refused_when_hashing_and_wrong_when_checking() =>
        Assert.All(["", "half a horse \ud83d", "\udc0e half a horse", "\udc0e\ud83d", "\ud83d\ud83d"], IsNobodys);

    [Theory]
    [InlineData(257)]
    [InlineData(1024)]
    [InlineData(1_000_000)]
    public void A_password_over_256_characters_is_refused_when_hashing_and_wrong_when_checking(int length) => IsNobodys(new string('a', length));

    [Fact]
    public void A_password_that_grows_over_256_characters_when_normalised_is_refused() => IsNobodys(new string('\uFDFA', 15));

    [Theory, MemberData(nameof(Algorithms))]
    public void A_hash_made_with_another_pepper_is_wrong(string algorithm) =>
        Assert.Equal(PasswordCheck.Wrong, Make(algorithm, OtherPepper).Verify(Of(algorithm).Hash(Phrase), Phrase));

    [Theory, MemberData(nameof(Algorithms))]
    public void The_pepper_is_part_of_the_hash_and_not_only_of_its_name(string algorithm)
    {
        var renamed = Of(algorithm).Hash(Phrase).Replace(KeyId(OwnPepper), KeyId(OtherPepper), StringComparison.Ordinal);

        Assert.True(OtherInstallation.IsAccepted(renamed));
        Assert.Equal(PasswordCheck.Wrong, OtherInstallation.Verify(renamed, Phrase));
    }

    [Fact]
    public void A_hash_of_the_other_algorithm_is_correct_but_outdated()
    {
        Assert.Equal(PasswordCheck.CorrectButOutdated, Argon2id.Verify(Bcrypt.Hash(Phrase), Phrase));
        Assert.Equal(PasswordCheck.CorrectButOutdated, Bcrypt.Verify(Argon2id.Hash(Phrase), Phrase));
    }

    [Fact]
    public void A_bcrypt_hash_of_another_cost_is_correct_but_outdated() =>
        Assert.Equal(PasswordCheck.CorrectButOutdated, Make(PasswordOptions.Bcrypt, bcryptCost: 11).Verify(Bcrypt.Hash(Phrase), Phrase));

    [Fact]
    public void The_setting_for_bcrypt_does_not_outdate_argon2id_hashes() =>
        Assert.Equal(PasswordCheck.Correct, Make(PasswordOptions.Argon2id, bcryptCost: 15).Verify(Argon2id.Hash(Phrase), Phrase));

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(33)]
    public void A_pepper_of_another_length_is_refused(int length) =>
        Assert.Throws<ArgumentException>(() => Make(PasswordOptions.Argon2id, [.. Enumerable.Repeat((byte)1, length)]));

    [Fact]
    public void A_pepper_that_was_never_filled_in_is_refused() =>
        Assert.Throws<ArgumentException>(() => Make(PasswordOptions.Argon2id, new byte[32]));

    [Fact]
    public void A_refusal_to_hash_does_not_repeat_the_password()
    {
        var exception = Assert.Throws<ArgumentException>(() => Argon2id.Hash("half a horse \ud83d"));
        Assert.DoesNotContain("horse", exception.ToString(), StringComparison.Ordinal);
    }

    private static void IsNobodys(string password)
    {
        var hash = Argon2id.Hash(Phrase);

        Assert.Throws<ArgumentException>(() => Argon2id.Hash(password));
        Assert.Equal(PasswordCheck.Wrong, Argon2id.Verify(hash, password));
        Assert.Equal(PasswordCheck.Wrong, Argon2id.VerifyNothing(password));
    }

    private static string KeyId(byte[] pepper) => new Pepper(pepper).KeyId;

    private static TheoryData<string, string> Combine(params string[] passwords)
    {
        var data = new TheoryData<string, string>();
        foreach (var password in passwords)
        {
            data.Add(PasswordOptions.Argon2id, password);
            data.Add(PasswordOptions.Bcrypt, password);
        }

        return data;
    }
}
