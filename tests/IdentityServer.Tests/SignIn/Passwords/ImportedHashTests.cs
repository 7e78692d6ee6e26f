using System.Text;
using UserDomain.IdentityServer.SignIn.Passwords;
using static UserDomain.IdentityServer.Tests.SignIn.Passwords.Hashers;

namespace UserDomain.IdentityServer.Tests.SignIn.Passwords;

/// <summary>Hashes made by other programs: the argon2 command of the reference implementation, htpasswd -B, and crypt(3).</summary>
public sealed class ImportedHashTests
{
    private const string Salt = "c29tZXNhbHRzb21lc2FsdA";
    private const string Tag = "ISO7kkvFzh19GM8qB7patN3C3Y9HHsjlVTfEZ9T600Y";
    private const string BcryptTail = "abcdefghijklmnopqrstuuGGgFFcYeueaAql8Z7U7CnCTRw4DR77W";

    [Theory]
    [InlineData($"$argon2id$v=19$m=19456,t=2,p=1${Salt}${Tag}", Phrase)]
    [InlineData("$argon2id$v=19$m=4096,t=3,p=1$b3RoZXJzYWx0b3RoZXIxNg$2rLDzuulAlyJVWyy6aBHDEhpAGrANbDQRVSVdLLzQlU", Phrase)]
    [InlineData("$2y$10$ZAkXh1FZRr3LzAM39PjuTeEWBWai/KF68SupkwbT2inR5aA56OguW", Phrase)]
    [InlineData("$2y$05$oAP8VybGAQsJieWfxSiI2uXLVHiJnK3M4rHeVu.UlCvVJ8HBy.hWC", "pässwörd with umlauts")]
    [InlineData($"$2a$10${BcryptTail}", Phrase)]
    [InlineData($"$2b$10${BcryptTail}", Phrase)]
    public void A_hash_made_elsewhere_is_correct_but_outdated(string hash, string password)
    {
        Assert.True(Argon2id.IsAccepted(hash));
        Assert.Equal(PasswordCheck.CorrectButOutdated, Argon2id.Verify(hash, password));
        Assert.Equal(PasswordCheck.CorrectButOutdated, Bcrypt.Verify(hash, password));
        Assert.Equal(PasswordCheck.Wrong, Argon2id.Verify(hash, password + "x"));
    }

    [Fact]
    public void A_decomposed_password_matches_a_composed_one_hashed_elsewhere() =>
        Assert.Equal(PasswordCheck.CorrectButOutdated, Argon2id.Verify(
            "$2y$05$oAP8VybGAQsJieWfxSiI2uXLVHiJnK3M4rHeVu.UlCvVJ8HBy.hWC",
            "pässwörd with umlauts".Normalize(NormalizationForm.FormD)));

    [Fact]
    public void A_password_that_normalising_changes_matches_when_it_was_hashed_as_typed_elsewhere()
    {
        var elsewhere = BCrypt.Net.BCrypt.HashPassword("E=mc² and a ´ accent", 4);

        Assert.Equal(PasswordCheck.CorrectButOutdated, Argon2id.Verify(elsewhere, "E=mc² and a ´ accent"));
        Assert.Equal(PasswordCheck.Wrong, Argon2id.Verify(elsewhere, "E=mc2 and a ´ accent"));
    }

    [Fact]
    public void A_password_that_another_bcrypt_may_have_cut_is_wrong()
    {
        var cut = BCrypt.Net.BCrypt.HashPassword(new string('a', 80), 4);

        Assert.Equal(PasswordCheck.Wrong, Argon2id.Verify(cut, new string('a', 80)));
        Assert.Equal(PasswordCheck.Wrong, Argon2id.Verify(cut, new string('a', 72) + "anything"));
        Assert.Equal(PasswordCheck.CorrectButOutdated, Argon2id.Verify(BCrypt.Net.BCrypt.HashPassword(new string('a', 72), 4), new string('a', 72)));
    }

    [Fact]
    public void Any_change_to_a_bcrypt_tag_or_its_salt_is_wrong()
    {
        var hash = BCrypt.Net.BCrypt.HashPassword(Phrase, 4);
        Assert.All(Enumerable.Range(7, 53), place =>
        {
            var changed = hash[..place] + (hash[place] == 'O' ? 'e' : 'O') + hash[(place + 1)..];
            Assert.Equal(PasswordCheck.Wrong, Argon2id.Verify(changed, Phrase));
        });
    }

    [Theory]
    [InlineData("")]
    [InlineData("$")]
    [InlineData("password")]
    [InlineData("$1$abcdefgh$abcdefghijklmnopqrstuv")]
    [InlineData("pbkdf2:sha256:260000$abc$def")]
    [InlineData($"$argon2i$v=19$m=4096,t=3,p=1${Salt}$3uXUGtziuIoIR4ZmpJ/YhXZ+Wrz3H2u6anCu/kWFBno")]
    [InlineData($"$argon2d$v=19$m=19456,t=2,p=1${Salt}${Tag}")]
    [InlineData($"$argon2id$v=16$m=19456,t=2,p=1${Salt}${Tag}")]
    [InlineData($"$argon2id$m=19456,t=2,p=1${Salt}${Tag}")]
    [InlineData($"$argon2id$v=19$m=19456,t=2,p=4${Salt}$na3FCqY1aUi2oaqBJnNnMwQgp0dFSg8RfDNZDMeLvn0")]
    [InlineData($"$argon2id$v=19$m=7,t=2,p=1${Salt}${Tag}")]
    [InlineData($"$argon2id$v=19$m=262145,t=2,p=1${Salt}${Tag}")]
    [InlineData($"$argon2id$v=19$m=19456,t=0,p=1${Salt}${Tag}")]
    [InlineData($"$argon2id$v=19$m=19456,t=11,p=1${Salt}${Tag}")]
    [InlineData($"$argon2id$v=19$m=-19456,t=2,p=1${Salt}${Tag}")]
    [InlineData($"$argon2id$v=19$m=99999999999999999999,t=2,p=1${Salt}${Tag}")]
    [InlineData($"$argon2id$v=19$t=2,m=19456,p=1${Salt}${Tag}")]
    [InlineData($"$argon2id$v=19$m=19456,t=2,p=1,data=abcd${Salt}${Tag}")]
    [InlineData($"$argon2id$v=19$m=19456,t=2,p=1,keyid=${Salt}${Tag}")]
    [InlineData($"$argon2id$v=19$m=19456,t=2,p=1,keyid=AAAAAAAA,keyid=AAAAAAAA${Salt}${Tag}")]
    [InlineData($"$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ${Tag}")]
    [InlineData($"$argon2id$v=19$m=19456,t=2,p=1${Salt}$ISO7kg")]
    [InlineData($"$argon2id$v=19$m=19456,t=2,p=1${Salt}${Tag}=")]
    [InlineData($"$argon2id$v=19$m=19456,t=2,p=1${Salt}$ {Tag}")]
    [InlineData($"$argon2id$v=19$m=19456,t=2,p=1${Salt}${Tag}$")]
    [InlineData($"$2x$10${BcryptTail}")]
    [InlineData($"$2$10${BcryptTail}")]
    [InlineData($"$2b$03${BcryptTail}")]
    [InlineData($"$2b$16${BcryptTail}")]
    [InlineData($"$2b$+9${BcryptTail}")]
    [InlineData($"$2b$10${BcryptTail}A")]
    [InlineData("$2b$10$abcdefghijklmnopqrstuuGGgFFcYeueaAql8Z7U7CnCTRw4DR77!")]
    [InlineData("$2b$10$abcdefghijklmnopqrstuu")]
    [InlineData("$bcrypt-hmac-sha256$keyid=")]
    [InlineData($"$bcrypt-hmac-sha256$keyid=AAAAAAAA$2a$10${BcryptTail}")]
    [InlineData($"$bcrypt-hmac-sha256$keyid=AAAA AAA$2b$10${BcryptTail}")]
    public void A_malformed_unknown_or_exorbitant_hash_is_wrong_and_not_accepted(string hash)
    {
        Assert.False(Argon2id.IsAccepted(hash));
        Assert.Equal(PasswordCheck.Wrong, Argon2id.Verify(hash, Phrase));
    }

    [Fact]
    public void Every_beginning_and_every_longer_form_of_a_good_hash_is_handled_without_an_exception()
    {
        string[] good = [Argon2id.Hash(Phrase), Bcrypt.Hash(Phrase), $"$argon2id$v=19$m=19456,t=2,p=1${Salt}${Tag}", $"$2b$10${BcryptTail}"];
        Assert.All(good, hash => Assert.True(Argon2id.IsAccepted(hash)));
        Assert.All(good.SelectMany(hash => Enumerable.Range(0, 15 + hash.LastIndexOf('$')).Select(length => hash[..length])),
            beginning => Assert.False(Argon2id.IsAccepted(beginning)));
        Assert.All(good, hash => Assert.False(Argon2id.IsAccepted(hash + new string('A', 300))));
    }

    [Fact]
    public void A_hash_of_ours_is_accepted_only_where_its_pepper_is_known()
    {
        Assert.True(Argon2id.IsAccepted(Bcrypt.Hash(Phrase)));
        Assert.False(OtherInstallation.IsAccepted(Bcrypt.Hash(Phrase)));
        Assert.False(OtherInstallation.IsAccepted(Argon2id.Hash(Phrase)));
    }
}
