using System.Net;
using Microsoft.EntityFrameworkCore;
using UserDomain.Testing;
using static UserDomain.IdentityServer.Tests.SignIn.Passwords.Hashers;

namespace UserDomain.IdentityServer.Tests.SignIn;

/// <summary>People who come with a hash from another system: nobody has to choose a new password (LOG-02).</summary>
public sealed class ImportedHashSignInTests(RunningSystem system)
{
    [Theory]
    [InlineData("$2y$10$ZAkXh1FZRr3LzAM39PjuTeEWBWai/KF68SupkwbT2inR5aA56OguW")]
    [InlineData("$2a$10$abcdefghijklmnopqrstuuGGgFFcYeueaAql8Z7U7CnCTRw4DR77W")]
    [InlineData("$2b$10$abcdefghijklmnopqrstuuGGgFFcYeueaAql8Z7U7CnCTRw4DR77W")]
    [InlineData("$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$ISO7kkvFzh19GM8qB7patN3C3Y9HHsjlVTfEZ9T600Y")]
    [InlineData("$argon2id$v=19$m=4096,t=3,p=1$b3RoZXJzYWx0b3RoZXIxNg$2rLDzuulAlyJVWyy6aBHDEhpAGrANbDQRVSVdLLzQlU")]
    public async Task LOG_02_An_imported_hash_signs_in_and_is_replaced_by_one_of_ours(string hash)
    {
        var (user, name) = await ImportAsync(hash);
        using var first = await system.VisitorAsync();
        using var second = await system.VisitorAsync();

        await first.SignInAsync(name, Phrase);
        var stored = await HashOfAsync(user);
        await second.SignInAsync(name, Phrase);

        Assert.StartsWith("$argon2id$v=19$m=19456,t=2,p=1,keyid=", stored, StringComparison.Ordinal);
        Assert.Equal(stored, await HashOfAsync(user));
    }

    [Fact]
    public async Task LOG_02_A_wrong_password_leaves_an_imported_hash_as_it_is()
    {
        const string Hash = "$2y$10$ZAkXh1FZRr3LzAM39PjuTeEWBWai/KF68SupkwbT2inR5aA56OguW";
        var (user, name) = await ImportAsync(Hash);

        await IsRefusedAsync(name, Phrase + "x");

        Assert.Equal(Hash, await HashOfAsync(user));
    }

    [Theory]
    [InlineData("pbkdf2:sha256:260000$abcdefgh$c8fd4e6cd22bba3aa3ba7d50e1f8a1a63e2f4fa1b51d8f3e6d7a9fbb5f0f9e11")]
    [InlineData("AQAAAAIAAYagAAAAEJ3Yt0l1Gb0rTzXK0m0j1U6Yw0A8mHfV5cEw7l0Y8Qm2a1n6bV9kq3h5Zr0xT1uWvA==")]
    [InlineData("correct horse battery staple")]
    [InlineData("")]
    [InlineData(null)]
    public async Task LOG_05_A_hash_that_cannot_be_checked_is_a_wrong_password(string? hash)
    {
        var (user, name) = await ImportAsync(hash);

        await IsRefusedAsync(name, Phrase);

        Assert.Equal(hash, await HashOfAsync(user));
    }

    private async Task<(Guid User, string Name)> ImportAsync(string? hash)
    {
        var user = await system.CreateUserAsync();
        await system.InStoreAsync(store => store.Users.Where(row => row.Id == user).ExecuteUpdateAsync(set => set.SetProperty(row => row.PasswordHash, hash)));
        return (user, await system.InStoreAsync(store => store.Users.Where(row => row.Id == user).Select(row => row.UserName!).SingleAsync()));
    }

    private async Task IsRefusedAsync(string name, string password)
    {
        using var visitor = await system.VisitorAsync();
        var page = await visitor.FollowAsync(await visitor.Http.GetAsync(visitor.AuthorizeUrl()));

        using var answer = await visitor.SubmitAsync(page, new() { ["username"] = name, ["password"] = password });

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    private Task<string?> HashOfAsync(Guid user) => system.InStoreAsync(store => store.Users.Where(row => row.Id == user).Select(row => row.PasswordHash).SingleAsync());
}
