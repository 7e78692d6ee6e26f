using System.Net;
using Microsoft.EntityFrameworkCore;
using UserDomain.Contracts;
using UserDomain.IdentityServer.Keys;
using UserDomain.IdentityServer.Tests.Protocol;
using UserDomain.IdentityStore.Sessions;
using UserDomain.ServiceDefaults.Hosting;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Keys;

/// <summary>A key that somebody else may have (KEY-02).</summary>
public sealed class KeyRetirementTests : IAsyncLifetime
{
    private static readonly TimeSpan Promised = TimeSpan.FromSeconds(5);

    private KeyReplicas _replicas = null!;

    public async ValueTask InitializeAsync() => _replicas = await KeyReplicas.StartAsync();

    public ValueTask DisposeAsync() => _replicas.DisposeAsync();

    [Fact]
    public async Task KEY_02_Within_seconds_a_withdrawn_key_is_published_nowhere_and_what_it_signed_is_refused_everywhere()
    {
        var (visitor, name) = await _replicas.A.PersonAsync();
        var tokens = await visitor.SignInAsync(name, RunningSystem.Password);
        var key = KeyCalls.KeyOf(tokens.AccessToken);
        Assert.All(await Task.WhenAll(_replicas.Both.Select(system => system.IsTakenByApiAsync(tokens.AccessToken))), Assert.True);
        Assert.True(await visitor.IsTakenByServerAsync(tokens.AccessToken));

        await _replicas.A.WithdrawAsync(key);

        var took = await KeyCalls.UntilAsync(async () => !(await Task.WhenAll(_replicas.Both.Select(async system =>
            (await system.PublishedAsync()).Contains(key) || await system.IsTakenByApiAsync(tokens.AccessToken)))).Any(still => still));
        TestContext.Current.TestOutputHelper?.WriteLine($"Refused everywhere after {took.TotalSeconds:0.0} s");
        Assert.InRange(took, TimeSpan.Zero, Promised);
        Assert.False(await visitor.IsTakenByServerAsync(tokens.AccessToken));

        // Whoever has the key cannot make one of these, and nobody has to sign in again.
        var renewed = await visitor.RefreshAsync(tokens.RefreshToken!);
        Assert.NotEqual(key, KeyCalls.KeyOf(renewed.AccessToken));
        Assert.All(await Task.WhenAll(_replicas.Both.Select(system => system.IsTakenByApiAsync(renewed.AccessToken))), Assert.True);
        Assert.True(await _replicas.A.InStoreAsync(store => store.Revocations.AnyAsync(row => row.Kind == RevocationKinds.Key && row.Value == key)));
        Assert.Equal([AuditEventTypes.KeyCreated, AuditEventTypes.KeyCompromised], await _replicas.A.TrailOfAsync(key, AuditEventTypes.KeyCompromised));
        var again = await visitor.SignInAsync(name, RunningSystem.Password);
        Assert.All(await Task.WhenAll(_replicas.Both.Select(system => system.IsTakenByApiAsync(again.AccessToken))), Assert.True);
        Assert.Equal([AuditEventTypes.KeyCreated, AuditEventTypes.KeyActivated], await _replicas.A.TrailOfAsync(KeyCalls.KeyOf(again.AccessToken), AuditEventTypes.KeyActivated));
    }

    [Fact]
    public async Task KEY_02_An_ID_token_of_a_withdrawn_key_signs_nobody_out()
    {
        var (visitor, name) = await _replicas.A.PersonAsync();
        var tokens = await visitor.SignInAsync(name, RunningSystem.Password);

        await _replicas.A.WithdrawAsync(KeyCalls.KeyOf(tokens.IdToken!));
        await _replicas.PublishAsync(3);

        await KeyCalls.UntilAsync(async () => !(await _replicas.A.PublishedAsync()).Contains(KeyCalls.KeyOf(tokens.IdToken!)));
        Assert.False(await visitor.IsHintTakenAsync(tokens.IdToken!));
        Assert.Contains("code", WebVisitor.QueryOf(await visitor.Http.GetAsync(visitor.AuthorizeUrl(("prompt", "none")))).Keys);
    }

    [Fact]
    public async Task KEY_02_While_a_key_is_withdrawn_every_new_token_is_taken_by_every_replica()
    {
        var (visitor, name) = await _replicas.A.PersonAsync();
        var key = KeyCalls.KeyOf((await visitor.SignInAsync(name, RunningSystem.Password)).AccessToken);

        var withdrawn = _replicas.A.WithdrawAsync(key);
        var others = 0;
        while (others < 20)
        {
            string token;
            try
            {
                token = (await visitor.SignInAsync(name, RunningSystem.Password)).AccessToken;
            }
            catch (InvalidOperationException exception) when (exception.Message.Contains("signing key", StringComparison.Ordinal))
            {
                // The code was signed by the key that was withdrawn before it was redeemed: the application begins anew.
                continue;
            }

            var taken = await Task.WhenAll(_replicas.Both.Select(system => system.IsTakenByApiAsync(token)));
            if (KeyCalls.KeyOf(token) != key)
            {
                others++;
                Assert.All(taken, Assert.True);
            }
        }

        await withdrawn;
    }

    [Fact]
    public async Task An_announced_key_takes_the_place_of_a_withdrawn_one_at_once()
    {
        await _replicas.PublishAsync(3);
        _replicas.Clock.Move(TimeSpan.FromDays(77));
        await _replicas.PublishAsync(6);
        await Task.Delay(KeySettings.Settling, TestContext.Current.CancellationToken);
        var keys = await _replicas.A.KeysAsync();
        var announced = keys.Last(key => key.Algorithm == "ES256");

        await _replicas.B.WithdrawAsync(keys.First(key => key.Algorithm == "ES256").Id);

        Assert.Equal(7, (await _replicas.A.KeysAsync()).Count);
        Assert.Equal([AuditEventTypes.KeyCreated, AuditEventTypes.KeyBroughtForward, AuditEventTypes.KeyActivated], await _replicas.A.TrailOfAsync(announced.Id, AuditEventTypes.KeyActivated));
    }

    [Fact]
    public async Task TST_02_A_key_withdrawn_by_twenty_at_once_and_once_more_has_one_successor_and_one_entry()
    {
        var key = (await _replicas.A.KeysAsync()).First(key => key.Algorithm == "ES256").Id;

        await Task.WhenAll(_replicas.Both.SelectMany(system => Enumerable.Range(0, 10).Select(_ => system.WithdrawAsync(key))));
        await _replicas.B.WithdrawAsync(key);

        Assert.Equal(["A256KW", "ES256", "PS256", "RS256"], (await _replicas.A.KeysAsync()).Select(row => row.Algorithm).Order(StringComparer.Ordinal));
        Assert.Equal(1, await _replicas.A.InStoreAsync(store => store.Revocations.CountAsync(row => row.Value == key)));
    }

    [Fact]
    public async Task A_withdrawn_encryption_key_ends_what_was_encrypted_with_it_and_the_server_goes_on()
    {
        var (visitor, name) = await _replicas.A.PersonAsync();
        var device = await _replicas.A.StartDeviceAsync("profile:self");
        Assert.Equal("authorization_pending", await PollAsync(device));

        await _replicas.A.WithdrawAsync((await _replicas.A.KeysAsync()).First(key => key.Algorithm == "A256KW").Id);
        await Task.Delay(KeyRingWatch.Interval * 2, TestContext.Current.CancellationToken);

        Assert.Equal("invalid_grant", await PollAsync(device));
        Assert.Equal("authorization_pending", await PollAsync(await _replicas.A.StartDeviceAsync("profile:self")));
        Assert.NotNull((await visitor.SignInAsync(name, RunningSystem.Password)).RefreshToken);
    }

    [Fact]
    public async Task A_key_that_never_was_is_said_not_to_be_there()
    {
        var refusal = await Assert.ThrowsAsync<StartupException>(() => _replicas.A.WithdrawAsync("nobody-has-this"));

        Assert.Equal("There is no key 'nobody-has-this': list-keys names those there are", refusal.Message);
    }

    private async Task<string?> PollAsync(StartedDevice device)
    {
        await _replicas.A.WaitedAsync();
        return (await _replicas.A.PollAtOnceAsync(device).BodyAsync(HttpStatusCode.BadRequest)).GetProperty("error").GetString();
    }
}
