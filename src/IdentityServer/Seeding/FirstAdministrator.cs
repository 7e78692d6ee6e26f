using Microsoft.EntityFrameworkCore;
using UserDomain.Contracts;
using UserDomain.Database;
using UserDomain.Events;
using UserDomain.IdentityServer.SignIn.Passwords;
using UserDomain.IdentityStore;
using UserDomain.IdentityStore.OneTimeCodes;
using UserDomain.IdentityStore.Roles;
using UserDomain.IdentityStore.Users;
using UserDomain.ServiceDefaults.Hosting;
using UserDomain.ServiceDefaults.Secrets;

namespace UserDomain.IdentityServer.Seeding;

/// <summary>Makes sure that somebody can administer: a user with the administrator's role, and a way to sign in as that user.</summary>
internal sealed class FirstAdministrator(
    IdentityStoreContext store, OneTimeCodeStore codes, PasswordHasher hasher, AuditRecorder audit, IConfiguration configuration, UserDomainSettings settings,
    KeyEncryptionKey root, StartupNotices notices, TimeProvider time)
{
    private const string DefaultEmail = "admin@localhost";
    private static readonly TimeSpan LinkLifetime = TimeSpan.FromHours(24);

    public async Task ApplyAsync(CancellationToken cancellationToken)
    {
        var name = Role.Normalize(BuiltInRoles.Administrator);
        var administrators =
            from assignment in store.RoleAssignments
            where assignment.Role!.NormalizedName == name
            join user in store.Users on assignment.UserId equals user.Id
            where user.DisabledAt == null
            select user;
        if (await administrators.AnyAsync(user => user.PasswordHash != null && user.PasswordHash != User.VoidHash, cancellationToken))
        {
            return;
        }

        // A link changes nobody: what EF Core needs to see changes, it would put together for nothing at each start.
        var administrator = await administrators.AsNoTracking().OrderBy(user => user.CreatedAt).FirstOrDefaultAsync(cancellationToken)
            ?? await CreateAsync(await store.Roles.SingleAsync(role => role.NormalizedName == name, cancellationToken), cancellationToken);
        if (configuration["UserDomain:Admin:Password"] is { Length: > 0 } password)
        {
            SetPassword(administrator, password);
        }
        else
        {
            await OfferLinkAsync(administrator, cancellationToken);
        }

        await store.SaveChangesAsync(cancellationToken);
    }

    private async Task<User> CreateAsync(Role role, CancellationToken cancellationToken)
    {
        var email = configuration["UserDomain:Admin:Email"] is { Length: > 0 } given ? given : DefaultEmail;
        var normalized = LookupNames.TryNormalize(email);
        var now = time.GetStoredNow();
        var user = await store.Users.FirstOrDefaultAsync(row => row.NormalizedEmail == normalized, cancellationToken);
        if (user is null)
        {
            user = UserFactory.Create(email, email, emailVerified: true, now);
            store.Users.Add(user);
            audit.Record(store, AuditEventTypes.UserCreated, user.AsParty(), after: new { user.UserName, user.Email }, origin: AuditOrigin.System);
        }

        var assignment = new RoleAssignment { Id = Guid.CreateVersion7(now), RoleId = role.Id, UserId = user.Id, CreatedAt = now };
        store.RoleAssignments.Add(assignment);
        audit.Record(store, AuditEventTypes.RoleAssigned, assignment.AsParty() with { Name = role.Name }, after: new { role = role.AsParty(), subject = user.AsParty() }, origin: AuditOrigin.System);
        return user;
    }

    private void SetPassword(User administrator, string password)
    {
        if (PasswordPolicy.Check(password, new(administrator.UserName, administrator.Email, HasSecondFactor: false)) is { Count: > 0 } problems)
        {
            throw new StartupException($"UserDomain__Admin__Password is too easy to guess ({string.Join(", ", problems)}): use at least {PasswordPolicy.MinimumLength} characters that are not a common password");
        }

        if (store.Entry(administrator).State == EntityState.Detached)
        {
            store.Users.Attach(administrator);
        }

        administrator.PasswordHash = hasher.Hash(password);
        audit.Record(store, AuditEventTypes.UserPasswordSet, administrator.AsParty(), origin: AuditOrigin.System);
    }

    private async Task OfferLinkAsync(User administrator, CancellationToken cancellationToken)
    {
        // The same one from every replica that starts, and again at the next start: whichever the operator has read works.
        var (code, expires, isNew) = await codes.CreateOnceAsync(OneTimeCodePurpose.SetPassword, administrator.Id, LinkLifetime,
            created => root.Derive($"first-administrator:{administrator.Id}:{created.UtcTicks}"), cancellationToken);
        if (isNew)
        {
            audit.Record(store, AuditEventTypes.UserPasswordLinkCreated, administrator.AsParty(), after: new { expires }, origin: AuditOrigin.System);
        }

        notices.Add($"First administrator: set the password of {administrator.UserName} before {expires:u} at");
        notices.Add($"  {new Uri(settings.PublicUrl, $"account/set-up?code={code}")}");
    }
}
