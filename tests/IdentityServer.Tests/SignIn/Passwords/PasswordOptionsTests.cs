using Microsoft.Extensions.Options;
using UserDomain.IdentityServer.SignIn.Passwords;

namespace UserDomain.IdentityServer.Tests.SignIn.Passwords;

public sealed class PasswordOptionsTests
{
    [Fact]
    public async Task Without_settings_new_hashes_are_argon2id()
    {
        using var host = await Start("Unrelated", "1");

        Assert.StartsWith("$argon2id$", host.Services.GetRequiredService<PasswordHasher>().Hash(Hashers.Phrase), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_settings_choose_bcrypt()
    {
        using var host = await Start("Algorithm", "bcrypt");

        Assert.Contains("$2b$12$", host.Services.GetRequiredService<PasswordHasher>().Hash(Hashers.Phrase), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Algorithm", "md5", "must be 'argon2id' or 'bcrypt'")]
    [InlineData("Algorithm", "Argon2ID", "must be 'argon2id' or 'bcrypt'")]
    [InlineData("Algorithm", "", "must be 'argon2id' or 'bcrypt'")]
    [InlineData("BcryptCost", "9", "must be a number from 10 to 15")]
    [InlineData("BcryptCost", "16", "must be a number from 10 to 15")]
    public async Task Anything_else_stops_the_start_with_a_message_that_names_the_setting(string name, string value, string message)
    {
        var exception = await Assert.ThrowsAsync<OptionsValidationException>(() => Start(name, value));

        Assert.Contains($"UserDomain__Passwords__{name} {message}", exception.Message, StringComparison.Ordinal);
    }

    private static async Task<IHost> Start(string name, string value)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection([new($"{PasswordOptions.Section}:{name}", value)]);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddPasswords(_ => Hashers.OwnPepper);
        var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        return host;
    }
}
