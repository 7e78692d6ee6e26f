using System.Security.Cryptography;
using System.Text;
using UserDomain.IdentityServer.SignIn.Passwords;

namespace UserDomain.IdentityServer.Tests.SignIn.Passwords;

public sealed class PasswordPolicyTests
{
    private static readonly PasswordContext Anna = new("anna.schmidt", "anna.schmidt@example.org", HasSecondFactor: false);

    [Theory]
    [InlineData("plumber teapot gravel")]
    [InlineData("nur kleine buchstaben")]
    [InlineData("Mein Hund frisst gern Äpfel")]
    [InlineData("密码学的艺术在于让人看不懂的东西")]
    [InlineData("🐎🔋📎🌵🦊🚲🎻🍋🧦🪁🐙🥁🌂🧊🔭")]
    [InlineData("r7!Kw2#pQz9&Lm4x")]
    [InlineData("schmidt keeps three goldfish")]
    public void A_long_password_needs_no_kind_of_character(string password) => Assert.Empty(PasswordPolicy.Check(password, Anna));

    [Fact]
    public void Random_passwords_are_never_refused()
    {
        var passwords = Enumerable.Range(0, 500).Select(number =>
            Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes($"password {number}")))[..16]);
        Assert.All(passwords, password => Assert.Empty(PasswordPolicy.Check(password, Anna)));
    }

    [Theory]
    [InlineData("plumber teapot", false)]
    [InlineData("teapot plum", true)]
    [InlineData("", false)]
    public void A_short_password_is_refused(string password, bool hasSecondFactor) =>
        Assert.Equal([PasswordProblem.TooShort], PasswordPolicy.Check(password, Anna with { HasSecondFactor = hasSecondFactor }));

    [Theory]
    [InlineData("plumber teapots", false)]
    [InlineData("teapot plums", true)]
    public void A_password_of_just_the_length_asked_for_is_fine(string password, bool hasSecondFactor) =>
        Assert.Empty(PasswordPolicy.Check(password, Anna with { HasSecondFactor = hasSecondFactor }));

    [Fact]
    public void Characters_are_counted_and_not_their_parts()
    {
        Assert.Equal([PasswordProblem.TooShort], PasswordPolicy.Check("🐎🔋📎🌵🦊🚲🎻🍋", Anna));
        Assert.Equal([PasswordProblem.TooShort], PasswordPolicy.Check("éàüöñçêî".Normalize(NormalizationForm.FormD), Anna));
    }

    [Fact]
    public void One_character_that_normalises_to_a_sentence_is_one_character() =>
        Assert.Equal([PasswordProblem.TooShort], PasswordPolicy.Check("\uFDFA", Anna));

    [Fact]
    public void A_password_of_256_characters_is_fine_and_one_of_257_is_refused()
    {
        var text = string.Concat(Enumerable.Range(0, 60).Select(number => $"word{number * 7919} "));

        Assert.Empty(PasswordPolicy.Check(text[..256], Anna));
        Assert.Equal([PasswordProblem.TooLong], PasswordPolicy.Check(text[..257], Anna));
    }

    [Fact]
    public void Half_a_character_is_refused() => Assert.Equal([PasswordProblem.NotText], PasswordPolicy.Check("plumber teapot gravel \ud83d", Anna));

    [Theory]
    [InlineData("passwordpassword")]
    [InlineData("PasswordPassword")]
    [InlineData("p@ssw0rdP@ssw0rd")]
    [InlineData("password password!")]
    [InlineData("passwordpassword2027")]
    [InlineData("administrator123")]
    [InlineData("qwertyuiopasdfg")]
    [InlineData("qwertzuiopasdfghjkl")]
    [InlineData("1q2w3e4r5t6y7u8i")]
    [InlineData("1qaz2wsx3edc4rfv")]
    [InlineData("correct horse battery staple")]
    [InlineData("To be, or not to be!")]
    [InlineData("ｐａｓｓｗｏｒｄｐａｓｓｗｏｒｄ")]
    [InlineData("123456789987654321")]
    public void A_common_password_is_refused_however_it_is_dressed(string password) =>
        Assert.Contains(PasswordProblem.Common, PasswordPolicy.Check(password, Anna));

    [Fact]
    public void The_shipped_list_is_read_and_every_entry_is_in_the_form_it_is_looked_up_in()
    {
        Assert.InRange(CommonPasswords.All.Count, 3000, 20000);
        Assert.All(CommonPasswords.All, entry => Assert.Contains(PasswordProblem.Common, PasswordPolicy.Check(entry, Anna)));
    }

    [Theory]
    [InlineData("anna.schmidt2027")]
    [InlineData("Anna-Schmidt-2027")]
    [InlineData("schmidtschmidt99")]
    [InlineData("SCHMIDT anna 1984 x")]
    [InlineData("user domain user domain")]
    [InlineData("UserDomain2027!!x")]
    public void A_password_made_mostly_of_known_words_is_refused(string password) =>
        Assert.Contains(PasswordProblem.MadeOfKnownWords, PasswordPolicy.Check(password, Anna));

    [Fact]
    public void The_local_part_of_the_address_is_a_known_word_also_when_the_user_name_is_another() =>
        Assert.Contains(PasswordProblem.MadeOfKnownWords,
            PasswordPolicy.Check("goldfinger-12345", new PasswordContext("u1", "goldfinger@example.org", false)));

    [Fact]
    public void A_user_without_names_is_no_obstacle() =>
        Assert.Empty(PasswordPolicy.Check("plumber teapot gravel", new PasswordContext(null, null, false)));

    [Theory]
    [InlineData("aaaaaaaaaaaaaaaa")]
    [InlineData("xyxyxyxyxyxyxyx")]
    [InlineData("fooFOOfooFOOfoo")]
    [InlineData("ab1!ab1!ab1!ab1!a")]
    [InlineData("🐎🔋🐎🔋🐎🔋🐎🔋🐎🔋🐎🔋🐎🔋🐎")]
    public void One_short_unit_repeated_is_refused(string password) =>
        Assert.Contains(PasswordProblem.Repetition, PasswordPolicy.Check(password, Anna));

    [Theory]
    [InlineData("abcdefghijklmnop")]
    [InlineData("PONMLKJIHGFEDCBA")]
    [InlineData("123456789012345")]
    [InlineData("098765432109876")]
    [InlineData("abcdefgh12345678")]
    [InlineData("aaabbbcccdddeee")]
    [InlineData("абвгдежзийклмноп")]
    public void Rising_and_falling_sequences_are_refused(string password) =>
        Assert.Contains(PasswordProblem.Sequence, PasswordPolicy.Check(password, Anna));

    [Fact]
    public void Everything_that_is_wrong_is_told_at_once() =>
        Assert.Equal([PasswordProblem.TooShort, PasswordProblem.Repetition, PasswordProblem.Sequence], PasswordPolicy.Check("zzzz", Anna));
}
