using Microsoft.EntityFrameworkCore;
using OpenIddict.EntityFrameworkCore.Models;
using UserDomain.IdentityServer.Pruning;
using UserDomain.Testing;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace UserDomain.IdentityServer.Tests.Pruning;

/// <summary>Grants are deleted when they have ended by their age; they are more than all else that is kept for as long.</summary>
public sealed class EndedGrantsTests(RunningSystem system)
{
    private static readonly CancellationToken Cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_old_grant_goes_once_it_has_no_tokens_and_what_was_consented_to_stays()
    {
        var user = await system.CreateUserAsync($"pruned-{Guid.CreateVersion7():n}");
        var old = await GrantAsync(user, AuthorizationTypes.AdHoc, days: 38);
        var consent = await GrantAsync(user, AuthorizationTypes.Permanent, days: 400);
        var young = await GrantAsync(user, AuthorizationTypes.AdHoc, days: 36);
        var used = await GrantAsync(user, AuthorizationTypes.AdHoc, days: 38, withToken: true);

        await system.InStoreAsync(store => EndedRows.GrantsAsync(store, TimeProvider.System, Cancellation));

        var left = await system.InStoreAsync(store => store.Set<OpenIddictEntityFrameworkCoreAuthorization<Guid>>()
            .Where(row => row.Subject == user.ToString()).Select(row => row.Id).ToListAsync(Cancellation));
        Assert.Equal(new[] { consent, young, used }.Order(), left.Order());
        var linked = await system.InStoreAsync(store => store.SessionAuthorizations
            .Where(row => new[] { old, young, used }.Contains(row.AuthorizationId)).Select(row => row.AuthorizationId).ToListAsync(Cancellation));
        Assert.Equal(new[] { young, used }.Order(), linked.Order());
    }

    private Task<Guid> GrantAsync(Guid user, string type, int days, bool withToken = false) => system.InStoreAsync(async store =>
    {
        var now = TimeProvider.System.GetUtcNow();
        var grant = new OpenIddictEntityFrameworkCoreAuthorization<Guid>
        {
            Id = Guid.CreateVersion7(),
            Subject = user.ToString(),
            Type = type,
            Status = Statuses.Valid,
            CreationDate = now.UtcDateTime.AddDays(-days),
        };
        store.Add(grant);
        if (withToken)
        {
            store.Add(new OpenIddictEntityFrameworkCoreToken<Guid> { Id = Guid.CreateVersion7(), Authorization = grant, Type = TokenTypeIdentifiers.RefreshToken });
        }

        if (type == AuthorizationTypes.AdHoc)
        {
            var session = new IdentityStore.Sessions.Session
            {
                Id = Guid.CreateVersion7(),
                UserId = user,
                HandleHash = Guid.CreateVersion7().ToByteArray(),
                CreatedAt = now,
                ExpiresAt = now,
                AuthenticatedAt = now,
                LastSeenAt = now,
                AuthenticationMethods = "pwd",
                IdleExpiresAt = now,
            };
            store.Add(session);
            store.SessionAuthorizations.Add(new() { SessionId = session.Id, AuthorizationId = grant.Id, ClientId = "pruned" });
        }

        await store.SaveChangesAsync(Cancellation);
        return grant.Id;
    });
}
