using System.Net.Http.Headers;

namespace UserDomain.RoleApi.Tests;

/// <summary>A token that an API has taken before, and need not check anew.</summary>
public sealed class RememberedTokenTests : IAsyncLifetime
{
    private readonly MovedClock _clock = new();
    private readonly RunningSystem _system;

    public RememberedTokenTests() => _system = RunningSystem.At(_clock);

    public ValueTask InitializeAsync() => _system.InitializeAsync();

    public ValueTask DisposeAsync() => _system.DisposeAsync();

    [Fact]
    public async Task AUZ_02_It_is_refused_once_it_has_expired()
    {
        using var client = await _system.ClientWithAsync(["roles:read"]);
        await client.ReadAsync("roles").BodyAsync();
        await client.ReadAsync("roles").BodyAsync();

        _clock.Move(TimeSpan.FromMinutes(5) + TimeSpan.FromSeconds(15));

        await client.ReadAsync("roles").ChallengedAsync(HttpStatusCode.Unauthorized, "unauthenticated", Challenges.InvalidToken);
    }

    [Fact]
    public async Task AUZ_02_One_that_differs_from_it_by_a_character_is_refused()
    {
        using var client = await _system.ClientWithAsync(["roles:read"]);
        await client.ReadAsync("roles").BodyAsync();
        var token = client.DefaultRequestHeaders.Authorization!.Parameter!;

        foreach (var place in new[] { token.IndexOf('.', StringComparison.Ordinal) + 5, token.Length - 20 })
        {
            var changed = $"{token[..place]}{(token[place] == 'A' ? 'B' : 'A')}{token[(place + 1)..]}";
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", changed);
            await client.ReadAsync("roles").ChallengedAsync(HttpStatusCode.Unauthorized, "unauthenticated", Challenges.InvalidToken);
        }
    }

    [Fact]
    public async Task AUZ_02_It_is_refused_by_another_API_all_the_same()
    {
        using var client = await _system.ClientWithAsync(["roles:read"]);
        await client.ReadAsync("roles").BodyAsync();

        await client.ReadAsync("sessions").ChallengedAsync(HttpStatusCode.Unauthorized, "unauthenticated", Challenges.InvalidToken);
        await client.ReadAsync("roles").BodyAsync();
    }
}
