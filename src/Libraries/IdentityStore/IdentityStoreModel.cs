using System.Text.Json;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using OpenIddict.EntityFrameworkCore.Models;
using UserDomain.IdentityStore.Devices;
using UserDomain.IdentityStore.Dpop;
using UserDomain.IdentityStore.Groups;
using UserDomain.IdentityStore.Interactions;
using UserDomain.IdentityStore.Keys;
using UserDomain.IdentityStore.OneTimeCodes;
using UserDomain.IdentityStore.Roles;
using UserDomain.IdentityStore.Sessions;
using UserDomain.IdentityStore.Throttling;
using UserDomain.IdentityStore.Users;

namespace UserDomain.IdentityStore;

/// <summary>Tables, lengths and indexes of the store.</summary>
internal static class IdentityStoreModel
{
    private const int NameLength = 100;
    private const int ClientIdLength = 255;
    private const int AttemptNameLength = 400;

    public static void AddUsers(this ModelBuilder model)
    {
        model.Entity<User>(user =>
        {
            user.ToTable("users");
            user.Property(row => row.Id).ValueGeneratedNever();
            user.Property(row => row.Version).IsConcurrencyToken();
            user.Property(row => row.Attributes).HasConversion(
                value => JsonSerializer.Serialize(value, JsonSerializerOptions.Default),
                stored => JsonSerializer.Deserialize<Dictionary<string, string>>(stored, JsonSerializerOptions.Default)!,
                new ValueComparer<Dictionary<string, string>>(
                    (left, right) => left!.Count == right!.Count && !left.Except(right).Any(),
                    value => value.Aggregate(0, (hash, pair) => hash ^ HashCode.Combine(pair.Key, pair.Value)),
                    value => new(value)));
            user.HasIndex(row => row.NormalizedEmail).HasDatabaseName("ix_users_normalized_email").IsUnique();
            user.HasIndex(row => new { row.NormalizedDisplayName, row.Id });
        });
        model.Entity<IdentityUserClaim<Guid>>().ToTable("user_claims");
        model.Entity<IdentityUserLogin<Guid>>().ToTable("user_logins");
        model.Entity<IdentityUserToken<Guid>>().ToTable("user_tokens");
    }

    public static void AddClients(this ModelBuilder model)
    {
        model.UseOpenIddict<Guid>();
        model.Entity<OpenIddictEntityFrameworkCoreApplication<Guid>>(client =>
        {
            client.ToTable("clients");
            client.Property(row => row.ClientId).HasMaxLength(ClientIdLength);
        });
        model.Entity<OpenIddictEntityFrameworkCoreAuthorization<Guid>>(authorization =>
        {
            authorization.ToTable("authorizations");
            authorization.HasIndex(row => row.Subject);
            authorization.HasIndex(row => new { row.Type, row.CreationDate });
        });
        model.Entity<OpenIddictEntityFrameworkCoreScope<Guid>>().ToTable("scopes");
        model.Entity<OpenIddictEntityFrameworkCoreToken<Guid>>(token =>
        {
            token.ToTable("tokens");

            // Revoking in bulk changes nothing else, and must not be undone by who read the row before.
            token.Property(row => row.Status).IsConcurrencyToken();
            token.HasIndex(row => row.Subject);
            token.HasIndex(row => row.ExpirationDate);

            // One for a question nobody asks here. Without it no index has what changes when a token is used, and PostgreSQL need not touch any.
            token.Metadata.RemoveIndex(token.Metadata.GetIndexes().Single(index => index.Properties.Any(property => property.Name == nameof(OpenIddictEntityFrameworkCoreToken<Guid>.Status))));
        });
    }

    public static void AddRoles(this ModelBuilder model)
    {
        model.Entity<Role>(role =>
        {
            role.ToTable("roles");
            role.Property(row => row.Id).ValueGeneratedNever();
            role.Property(row => row.Name).HasMaxLength(NameLength);
            role.Property(row => row.NormalizedName).HasMaxLength(NameLength);
            role.Property(row => row.Version).IsConcurrencyToken();
            role.HasIndex(row => row.NormalizedName).IsUnique();
            role.HasMany(row => row.Permissions).WithMany().UsingEntity("role_permissions");
            role.HasMany(row => row.Includes).WithMany().UsingEntity("role_inclusions",
                right => right.HasOne(typeof(Role)).WithMany().HasForeignKey("IncludedRoleId").OnDelete(DeleteBehavior.Restrict),
                left => left.HasOne(typeof(Role)).WithMany().HasForeignKey("RoleId"));
        });
        model.Entity<Permission>(permission =>
        {
            permission.ToTable("permissions");
            permission.Property(row => row.Id).ValueGeneratedNever();
            permission.Property(row => row.Name).HasMaxLength(NameLength);
            permission.Property(row => row.Version).IsConcurrencyToken();
            permission.HasIndex(row => row.Name).IsUnique();
        });
        model.Entity<Group>(group =>
        {
            group.ToTable("groups");
            group.Property(row => row.Id).ValueGeneratedNever();
            group.Property(row => row.Name).HasMaxLength(NameLength);
            group.Property(row => row.NormalizedName).HasMaxLength(NameLength);
            group.Property(row => row.Version).IsConcurrencyToken();
            group.HasIndex(row => row.NormalizedName).IsUnique();
        });
        model.Entity<GroupMember>(member =>
        {
            member.ToTable("group_members");
            member.HasKey(row => new { row.GroupId, row.UserId });
            member.HasOne<Group>().WithMany(group => group.Members).HasForeignKey(row => row.GroupId);
            member.HasOne<User>().WithMany().HasForeignKey(row => row.UserId);
            member.HasIndex(row => row.UserId);
        });
        model.Entity<RoleAssignment>(assignment =>
        {
            assignment.ToTable("role_assignments", table => table.HasCheckConstraint("ck_role_assignments_one_holder",
                "(CASE WHEN user_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN group_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN client_id IS NULL THEN 0 ELSE 1 END) = 1"));
            assignment.Property(row => row.Id).ValueGeneratedNever();
            assignment.Property(row => row.ClientId).HasMaxLength(ClientIdLength);
            assignment.HasOne(row => row.Role).WithMany().HasForeignKey(row => row.RoleId);
            assignment.HasOne<User>().WithMany().HasForeignKey(row => row.UserId).OnDelete(DeleteBehavior.Cascade);
            assignment.HasOne<Group>().WithMany().HasForeignKey(row => row.GroupId).OnDelete(DeleteBehavior.Cascade);
            assignment.HasIndex(row => new { row.UserId, row.RoleId }).IsUnique();
            assignment.HasIndex(row => new { row.GroupId, row.RoleId }).IsUnique();
            assignment.HasIndex(row => new { row.ClientId, row.RoleId }).IsUnique();
        });
    }

    public static void AddSessions(this ModelBuilder model)
    {
        model.Entity<Session>(session =>
        {
            session.ToTable("sessions", IdentityStoreContext.SessionsSchema);
            session.Property(row => row.Id).ValueGeneratedNever();
            session.Property(row => row.UserAgent).HasMaxLength(SessionOpener.MaxUserAgentLength);
            session.HasIndex(row => row.HandleHash).IsUnique();
            session.HasIndex(row => row.UserId);
        });
        model.Entity<SessionAuthorization>(authorization =>
        {
            authorization.ToTable("session_authorizations", IdentityStoreContext.SessionsSchema);
            authorization.HasKey(row => new { row.SessionId, row.AuthorizationId });
            authorization.Property(row => row.ClientId).HasMaxLength(ClientIdLength);
            authorization.HasOne<Session>().WithMany(session => session.Authorizations).HasForeignKey(row => row.SessionId);
            authorization.HasIndex(row => row.AuthorizationId);
        });
        model.Entity<Revocation>(revocation =>
        {
            revocation.ToTable("revocations", IdentityStoreContext.SessionsSchema);
            revocation.HasKey(row => row.Number);
            revocation.Property(row => row.Number).ValueGeneratedOnAdd();
            revocation.HasIndex(row => row.ExpiresAt);
        });
        model.Entity<LogoutNotice>(notice =>
        {
            notice.ToTable("logout_notices", IdentityStoreContext.SessionsSchema);
            notice.Property(row => row.Id).ValueGeneratedNever();
            notice.Property(row => row.ClientId).HasMaxLength(ClientIdLength);
            notice.Property(row => row.Subject).HasMaxLength(ClientIdLength);
            notice.HasIndex(row => new { row.NextAttemptAt, row.ClientId });
            notice.HasIndex(row => new { row.ClientId, row.NextAttemptAt });
        });
    }

    public static void AddKeysAndCodes(this ModelBuilder model)
    {
        model.Entity<ServerKey>(key => key.ToTable("server_keys"));
        model.Entity<OneTimeCode>(code =>
        {
            code.ToTable("one_time_codes");
            code.HasKey(row => row.CodeHash);
            code.HasOne<User>().WithMany().HasForeignKey(row => row.UserId);
            code.HasIndex(row => new { row.UserId, row.Purpose });
        });
        model.Entity<UsedProof>(proof =>
        {
            proof.ToTable("used_proofs");
            proof.HasKey(row => row.Id);
            proof.Property(row => row.Id).HasMaxLength(NameLength);
            proof.HasIndex(row => row.ExpiresAt);
        });
    }

    public static void AddDevices(this ModelBuilder model)
    {
        model.Entity<DeviceRequest>(request =>
        {
            request.ToTable("device_requests");
            request.HasKey(row => row.DeviceCodeId);
            request.HasOne<OpenIddictEntityFrameworkCoreToken<Guid>>().WithOne().HasForeignKey<DeviceRequest>(row => row.DeviceCodeId);
        });
        model.Entity<AttemptCounter>(counter =>
        {
            counter.ToTable("attempt_counters");
            counter.HasKey(row => row.Name);
            counter.Property(row => row.Name).HasMaxLength(AttemptNameLength);
            counter.HasIndex(row => row.EndsAt);
        });
    }

    public static void AddInteractions(this ModelBuilder model) => model.Entity<PendingRequest>(request =>
    {
        request.ToTable("pending_requests");
        request.Property(row => row.Id).HasMaxLength(NameLength);
        request.Property(row => row.Path).HasMaxLength(NameLength);
        request.HasIndex(row => row.AskedAt);
    });
}
