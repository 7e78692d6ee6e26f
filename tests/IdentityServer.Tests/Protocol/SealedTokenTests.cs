using System.Net;
using System.Text;
using Microsoft.EntityFrameworkCore;
using OpenIddict.EntityFrameworkCore.Models;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Protocol;

/// <summary>What is kept in the rows of codes and refresh tokens.</summary>
public sealed class SealedTokenTests(RunningSystem system)
{
    [Fact]
    public async Task TOK_05_A_row_keeps_neither_the_token_nor_what_it_stands_for_in_the_clear()
    {
        using var visitor = await SignedInAsync("sealed-clear");
        var tokens = await visitor.SignInAsync("sealed-clear", RunningSystem.Password);
        var session = Jwt.ClaimsOf(tokens.AccessToken).GetProperty("sid").GetString()!;

        var rows = await RowsOfAsync(tokens);

        Assert.Equal(2, rows.Count);
        Assert.All(rows, row =>
        {
            Assert.DoesNotContain(tokens.RefreshToken!, row.ReferenceId, StringComparison.Ordinal);
            Assert.StartsWith("claims:", row.Payload, StringComparison.Ordinal);
            Assert.DoesNotContain(session, Encoding.UTF8.GetString(Convert.FromBase64String(row.Payload!["claims:".Length..])), StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task TOK_05_A_refresh_token_takes_nothing_from_the_row_of_another()
    {
        using var visitor = await SignedInAsync("sealed-other");
        var rich = await visitor.SignInAsync("sealed-other", RunningSystem.Password);
        var stolen = await ValidOfAsync(rich);
        var poor = await visitor.SignInAsync("sealed-other", RunningSystem.Password, ("scope", "openid offline_access"));
        var own = (await RowsOfAsync(poor)).Single(row => row.Status == "valid" && row.Id != stolen.Id);
        await system.InStoreAsync(store => store.Set<OpenIddictEntityFrameworkCoreToken<Guid>>().Where(token => token.Id == own.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(token => token.Payload, stolen.Payload), TestContext.Current.CancellationToken));

        var answer = await visitor.PostTokenAsync(("grant_type", "refresh_token"), ("refresh_token", poor.RefreshToken!)).BodyAsync(HttpStatusCode.BadRequest);

        Assert.Equal("invalid_grant", answer.GetProperty("error").GetString());
    }

    [Theory]
    [InlineData("claims:")]
    [InlineData("sealed:not base64")]
    [InlineData("sealed:AAAA")]
    public async Task TOK_05_What_a_row_holds_is_no_token(string sent)
    {
        using var visitor = await SignedInAsync($"sealed-sent-{sent.Length}");

        var answer = await visitor.PostTokenAsync(("grant_type", "refresh_token"), ("refresh_token", sent)).BodyAsync(HttpStatusCode.BadRequest);

        Assert.Equal("invalid_grant", answer.GetProperty("error").GetString());
    }

    private async Task<OpenIddictEntityFrameworkCoreToken<Guid>> ValidOfAsync(TokenAnswer tokens) => (await RowsOfAsync(tokens)).Single(row => row.Status == "valid");

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
