using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using OpenIddict.EntityFrameworkCore.Models;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Protocol;

/// <summary>What codes and refresh tokens stand for travels in them, and the rows say how things stand.</summary>
public sealed class SealedTokenTests(RunningSystem system)
{
    // Past the fast path.
    private static readonly (string, string) Unknown = ("of_no_meaning", "1");

    [Fact]
    public async Task TOK_05_A_row_keeps_neither_the_token_nor_what_it_stands_for()
    {
        using var visitor = await SignedInAsync("sealed-row");
        var tokens = await visitor.SignInAsync("sealed-row", RunningSystem.Password);

        var rows = await RowsOfAsync(tokens);

        Assert.Equal(2, rows.Count);
        Assert.All(rows, row => Assert.Equal((null, null), (row.Payload, row.Properties)));
        var (handle, reference) = (tokens.RefreshToken!.Split('.')[0], rows.Single(row => row.Status == "valid").ReferenceId);
        Assert.Equal(Convert.ToBase64String(SHA256.HashData(Encoding.ASCII.GetBytes(handle))), reference);
    }

    [Fact]
    public async Task TOK_05_A_token_is_random_and_tells_nothing()
    {
        using var visitor = await SignedInAsync("sealed-clear");
        var first = await visitor.SignInAsync("sealed-clear", RunningSystem.Password);
        var second = await visitor.PostTokenAsync(("grant_type", "refresh_token"), ("refresh_token", first.RefreshToken!)).BodyAsync();

        string[][] tokens = [first.RefreshToken!.Split('.'), second.Text("refresh_token")!.Split('.')];

        Assert.All(tokens, parts => Assert.Equal(32, Base64Url.DecodeFromChars(parts[0]).Length));
        Assert.NotEqual(tokens[0][0], tokens[1][0]);
        var session = Jwt.ClaimsOf(first.AccessToken).Text("sid")!;
        Assert.All(tokens, parts => Assert.DoesNotContain(session, Encoding.UTF8.GetString(Base64Url.DecodeFromChars(parts[2])), StringComparison.Ordinal));
        Assert.InRange(first.RefreshToken!.Length, 43, 1024);
    }

    [Theory]
    [InlineData("handle")]
    [InlineData("row")]
    [InlineData("sealed")]
    [InlineData("row and sealed")]
    public async Task TOK_05_A_refresh_token_takes_nothing_from_another(string what)
    {
        foreach (var more in new (string, string)[][] { [], [Unknown] })
        {
            var name = $"sealed-{what.Replace(' ', '-')}-{more.Length}";
            using var visitor = await SignedInAsync(name);
            var rich = (await visitor.SignInAsync(name, RunningSystem.Password)).RefreshToken!.Split('.');
            var poor = (await visitor.SignInAsync(name, RunningSystem.Password, ("scope", "openid offline_access"))).RefreshToken!.Split('.');
            string[] forged = [(what == "handle" ? rich : poor)[0], (what.StartsWith("row", StringComparison.Ordinal) ? rich : poor)[1], (what.EndsWith("sealed", StringComparison.Ordinal) ? rich : poor)[2]];

            await visitor.PostTokenAsync([("grant_type", "refresh_token"), ("refresh_token", string.Join('.', forged)), .. more]).ErrorAsync(HttpStatusCode.BadRequest, "invalid_grant");

            await visitor.PostTokenAsync([("grant_type", "refresh_token"), ("refresh_token", string.Join('.', poor)), .. more]).BodyAsync();
        }
    }

    [Fact]
    public async Task TOK_04_A_refresh_token_is_no_code_and_a_code_no_refresh_token()
    {
        foreach (var more in new (string, string)[][] { [], [Unknown] })
        {
            var name = $"sealed-kind-{more.Length}";
            using var visitor = await SignedInAsync(name);
            var code = await visitor.CodeAsync(name, RunningSystem.Password);
            var lateCode = await visitor.CodeAsync(name, RunningSystem.Password);
            var tokens = await visitor.SignInAsync(name, RunningSystem.Password);

            await visitor.PostTokenAsync([("grant_type", "refresh_token"), ("refresh_token", code), .. more]).ErrorAsync(HttpStatusCode.BadRequest, "invalid_grant");
            await visitor.PostTokenAsync([("grant_type", "refresh_token"), ("refresh_token", lateCode), .. more]).ErrorAsync(HttpStatusCode.BadRequest, "invalid_grant");
            await visitor.PostTokenAsync([("grant_type", "authorization_code"), ("code", tokens.RefreshToken!), ("redirect_uri", WebVisitor.RedirectUri), ("code_verifier", visitor.Verifier), .. more])
                .ErrorAsync(HttpStatusCode.BadRequest, "invalid_grant");
        }
    }

    [Theory]
    [InlineData("..")]
    [InlineData("not base64.not base64.not base64")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAA.")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAA.AQAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAA.A")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA.not base64.AQAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA.A.AQAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task TOK_05_What_nobody_has_sealed_is_no_token(string sent)
    {
        using var visitor = await SignedInAsync($"sealed-sent-{Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(sent)))[..8]}");

        await visitor.PostTokenAsync(("grant_type", "refresh_token"), ("refresh_token", sent)).ErrorAsync(HttpStatusCode.BadRequest, "invalid_grant");
        await visitor.PostTokenAsync(("grant_type", "refresh_token"), ("refresh_token", sent), Unknown).ErrorAsync(HttpStatusCode.BadRequest, "invalid_grant");
    }

    private async Task<WebVisitor> SignedInAsync(string userName)
    {
        await system.CreateUserAsync(userName);
        return await system.VisitorAsync("offline_access");
    }

    private Task<List<OpenIddictEntityFrameworkCoreToken<Guid>>> RowsOfAsync(TokenAnswer tokens)
    {
        var subject = Jwt.ClaimsOf(tokens.AccessToken).GetProperty("sub").GetString();
        return system.InStoreAsync(store => store.Set<OpenIddictEntityFrameworkCoreToken<Guid>>().Where(token => token.Subject == subject)
            .ToListAsync(TestContext.Current.CancellationToken));
    }
}
