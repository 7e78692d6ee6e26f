using System.Net;
using Microsoft.EntityFrameworkCore;
using OpenIddict.EntityFrameworkCore.Models;
using UserDomain.IdentityServer.Tests.Protocol.Assertions;
using UserDomain.IdentityServer.Tests.Protocol.Dpop;
using UserDomain.Testing;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace UserDomain.IdentityServer.Tests.Protocol.Fapi2;

/// <summary>Refresh tokens that are not rotated (FAPI 2.0 Security Profile section 5.3.2.1).</summary>
public sealed class Fapi2RefreshTests(RunningSystem system)
{
    [Fact]
    public async Task A_refresh_token_stays_the_same_and_is_good_again_and_again()
    {
        using var party = await Fapi2Party.CreateAsync(system);
        var token = await party.RefreshTokenAsync();

        for (var use = 0; use < 3; use++)
        {
            var answer = await party.RefreshAsync(token).BodyAsync();

            Assert.Equal(token, answer.Text("refresh_token"));
            Assert.Equal(party.ProofKey.Thumbprint, DpopCalls.BoundTo(answer.Text("access_token")!));
        }

        Assert.Single(await RowsAsync(party));
    }

    [Fact]
    public async Task Uses_at_once_are_all_good()
    {
        using var party = await Fapi2Party.CreateAsync(system);
        var token = await party.RefreshTokenAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => party.RefreshAsync(token).BodyAsync()));

        Assert.All(answers, answer => Assert.Equal(token, answer.Text("refresh_token")));
    }

    [Fact]
    public async Task It_is_good_for_its_client_with_its_key_alone()
    {
        using var party = await Fapi2Party.CreateAsync(system);
        using var other = await Fapi2Party.CreateAsync(system);
        var token = await party.RefreshTokenAsync();

        await other.RefreshAsync(token).ErrorAsync(HttpStatusCode.BadRequest, "invalid_grant");
        await party.RefreshAsync(token, []).ErrorAsync(HttpStatusCode.BadRequest, "invalid_dpop_proof");
        await system.PostProvenAsync(party.ProofKey, DpopCalls.Token, ("grant_type", "refresh_token"), ("refresh_token", token), ("client_id", party.Visitor.ClientId))
            .ErrorAsync(HttpStatusCode.Unauthorized, "invalid_client");
        await party.RefreshAsync(token).BodyAsync();
    }

    [Fact]
    public async Task TOK_05_It_lives_as_long_as_its_grant_and_not_while_nobody_uses_it_for_seven_days()
    {
        using var party = await Fapi2Party.CreateAsync(system);
        var token = await party.RefreshTokenAsync();
        var row = Assert.Single(await RowsAsync(party));
        Assert.InRange(row.ExpirationDate!.Value - row.CreationDate!.Value, TimeSpan.FromDays(29.9), TimeSpan.FromDays(30.1));

        await IdleForAsync(party, TimeSpan.FromDays(6.9));
        await party.RefreshAsync(token).BodyAsync();
        await IdleForAsync(party, TimeSpan.FromDays(6.9));
        await party.RefreshAsync(token).BodyAsync();
        await IdleForAsync(party, TimeSpan.FromDays(7.1));
        await party.RefreshAsync(token).ErrorAsync(HttpStatusCode.BadRequest, "invalid_grant");
    }

    [Fact]
    public async Task REV_01_One_that_is_revoked_is_refused()
    {
        using var party = await Fapi2Party.CreateAsync(system);
        var token = await party.RefreshTokenAsync();
        await party.RefreshAsync(token).BodyAsync();

        using var answer = await system.PostAsync("connect/revoke", [("token", token), .. AssertionCalls.Form(party.Assertion())]);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await party.RefreshAsync(token).ErrorAsync(HttpStatusCode.BadRequest, "invalid_grant");
    }

    [Fact]
    public async Task TOK_05_A_client_that_leaves_the_profile_has_its_refresh_tokens_rotated()
    {
        using var party = await Fapi2Party.CreateAsync(system);
        var token = await party.RefreshTokenAsync();
        await system.RegisterAsync(party.Describe() with { Fapi2 = false });

        Assert.NotEqual(token, (await party.RefreshAsync(token).BodyAsync()).Text("refresh_token"));
    }

    private Task<List<OpenIddictEntityFrameworkCoreToken<Guid>>> RowsAsync(Fapi2Party party) => system.InStoreAsync(store => store.Set<OpenIddictEntityFrameworkCoreToken<Guid>>()
        .Where(row => row.Application!.ClientId == party.Visitor.ClientId && row.Type == TokenTypeIdentifiers.RefreshToken).ToListAsync());

    private Task<int> IdleForAsync(Fapi2Party party, TimeSpan time)
    {
        var then = TimeProvider.System.GetUtcNow().UtcDateTime - time;
        return system.InStoreAsync(store => store.Set<OpenIddictEntityFrameworkCoreToken<Guid>>()
            .Where(row => row.Application!.ClientId == party.Visitor.ClientId && row.Type == TokenTypeIdentifiers.RefreshToken)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.CreationDate, then).SetProperty(row => row.RedemptionDate, row => row.RedemptionDate == null ? null : then)));
    }
}
