using Microsoft.EntityFrameworkCore;
using UserDomain.Contracts;
using UserDomain.Database;
using UserDomain.Events;
using UserDomain.IdentityServer.Clients;
using UserDomain.IdentityServer.Clients.Certificates;
using UserDomain.IdentityServer.SignIn.Passwords;
using UserDomain.IdentityStore;
using UserDomain.IdentityStore.Groups;
using UserDomain.IdentityStore.Roles;
using UserDomain.IdentityStore.Sessions;
using UserDomain.IdentityStore.Users;
using UserDomain.ServiceDefaults.Hosting;

namespace UserDomain.IdentityServer.Seeding;

/// <summary>
/// Applies a seed file, all of it or nothing. Clients, permissions, roles and groups are brought to the state of the file; users are only
/// created, and given roles and groups they lack, because from then on they change themselves.
/// </summary>
internal sealed class SeedApplier(
    IdentityStoreContext store, ClientRegistrar clients, PasswordHasher hasher, SessionLimits limits, AuditRecorder audit,
    UserDomainSettings settings, StartupNotices notices, TimeProvider time)
{
    // As in docs/examples/seed.json.
    private const string ExampleSecret = "replace-this-secret";

    private readonly HashSet<Guid> _changedRoles = [];
    private readonly HashSet<Guid> _newMembers = [];

    public async Task ApplyAsync(string path, CancellationToken cancellationToken)
    {
        var seed = SeedFile.Read(path);

        // Only what the file speaks of is read, and only what it may change is tracked: the rest would be a good part of a start.
        var roles = await (seed.Roles.Count > 0 ? store.Roles.Include(role => role.Permissions).Include(role => role.Includes).AsSplitQuery() : store.Roles.AsNoTracking())
            .ToDictionaryAsync(role => role.NormalizedName, cancellationToken);
        var permissions = seed.Permissions.Count + seed.Roles.Count > 0 ? await store.Permissions.ToDictionaryAsync(permission => permission.Name, cancellationToken) : [];
        var emails = seed.Users.Select(user => LookupNames.TryNormalize(user.Email)).OfType<string>().ToList();
        var users = emails.Count > 0 ? await store.Users.AsNoTracking().Where(user => emails.Contains(user.NormalizedEmail!)).ToDictionaryAsync(user => user.NormalizedEmail!, cancellationToken) : [];
        var known = users.Values.Select(user => user.Id).ToList();
        var groups = seed.Groups.Count > 0 || seed.Users.Any(user => user.Groups.Count > 0)
            ? await store.Groups.Include(group => group.Members.Where(member => known.Contains(member.UserId))).ToDictionaryAsync(group => group.NormalizedName, cancellationToken)
            : [];
        if (SeedRule.FirstProblem(seed, roles.Values.Select(role => role.Name), permissions.Keys, groups.Values.Select(group => group.Name), hasher.IsAccepted) is { } problem)
        {
            throw new StartupException($"The seed file '{path}' is not valid at {problem}");
        }

        if (!settings.PublicUrl.IsLoopback && seed.Clients.FirstOrDefault(client => client.ClientSecret?.StartsWith(ExampleSecret, StringComparison.Ordinal) == true) is { } unsafely)
        {
            throw new StartupException($"The seed file '{path}' gives client {unsafely.ClientId} the secret of our example, which everybody knows: choose another, or leave it out to have one made");
        }

        if (seed.Clients.SelectMany(client => CalledAddresses.ProblemsOf(client, settings).Concat(CertificateSettings.ProblemsOf(client, settings)).Select(problem => $"client {client.ClientId} {problem.Member}: {problem.Problem}")).FirstOrDefault() is { } unusable)
        {
            throw new StartupException($"The seed file '{path}' cannot be applied to {unusable}");
        }

        var now = time.GetStoredNow();
        ApplyPermissions(seed, permissions, now);
        ApplyRoles(seed, roles, permissions, now);
        ApplyGroups(seed, groups, now);
        await store.SaveChangesAsync(cancellationToken);

        var clientIds = seed.Clients.Select(client => client.ClientId).ToList();
        var held = await store.RoleAssignments.AsNoTracking()
            .Where(row => row.GroupId != null || known.Contains(row.UserId!.Value) || clientIds.Contains(row.ClientId!)).ToListAsync(cancellationToken);
        var assignments = new SeedAssignments(store, audit, held, roles, now);
        foreach (var group in seed.Groups)
        {
            assignments.Give(group.Roles, groups[Role.Normalize(group.Name)]);
        }

        foreach (var user in seed.Users)
        {
            ApplyUser(user, users, groups, assignments, now);
        }

        await store.SaveChangesAsync(cancellationToken);
        foreach (var client in seed.Clients)
        {
            if (await clients.ApplyAsync(client, cancellationToken) is { } secret)
            {
                notices.Add($"Client {client.ClientId}: its secret, shown only now, is {secret}");
            }

            assignments.Give(client.Roles, client.ClientId);
        }

        await store.SaveChangesAsync(cancellationToken);
        await ShortenSessionsAsync(_changedRoles.Concat(assignments.Given), now, cancellationToken);
    }

    private async Task ShortenSessionsAsync(IEnumerable<Guid> changedRoles, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var changed = changedRoles.ToHashSet();
        foreach (var role in changed.Count > 0 ? (await RoleGraph.LoadAsync(store, cancellationToken)).Including(changed) : changed)
        {
            await limits.ShortenOfHoldersAsync(store, role, now, cancellationToken);
        }

        foreach (var user in _newMembers)
        {
            await limits.ShortenOfUserAsync(store, user, now, cancellationToken);
        }
    }

    private void ApplyPermissions(SeedFile seed, Dictionary<string, Permission> permissions, DateTimeOffset now)
    {
        foreach (var wanted in seed.Permissions)
        {
            if (!permissions.TryGetValue(wanted.Name, out var permission))
            {
                permission = permissions[wanted.Name] = new() { Id = Guid.CreateVersion7(now), Name = wanted.Name, Description = wanted.Description, CreatedAt = now, UpdatedAt = now };
                store.Permissions.Add(permission);
                audit.Record(store, AuditEventTypes.PermissionCreated, permission.AsParty(), after: new { wanted.Name, wanted.Description }, origin: AuditOrigin.System);
            }
            else if (permission.Description != wanted.Description)
            {
                audit.Record(store, AuditEventTypes.PermissionUpdated, permission.AsParty(), new { permission.Description }, new { wanted.Description }, AuditOrigin.System);
                permission.Description = wanted.Description;
                permission.Touch(now);
            }
        }
    }

    private void ApplyRoles(SeedFile seed, Dictionary<string, Role> roles, Dictionary<string, Permission> permissions, DateTimeOffset now)
    {
        var created = new HashSet<Role>();
        foreach (var wanted in seed.Roles.Where(wanted => !roles.ContainsKey(Role.Normalize(wanted.Name))))
        {
            var role = new Role { Id = Guid.CreateVersion7(now), Name = wanted.Name, NormalizedName = Role.Normalize(wanted.Name), CreatedAt = now, UpdatedAt = now };
            created.Add(role);
            roles[role.NormalizedName] = role;
            store.Roles.Add(role);
        }

        foreach (var wanted in seed.Roles)
        {
            var role = roles[Role.Normalize(wanted.Name)];
            var before = StateOf(role);
            role.Description = wanted.Description;
            role.SessionIdleTimeout = wanted.SessionIdleTimeout;
            role.SessionLifetime = wanted.SessionLifetime;
            role.Permissions.Clear();
            role.Permissions.AddRange(wanted.Permissions.Distinct().Select(name => permissions[name]));
            role.Includes.Clear();
            role.Includes.AddRange(wanted.Includes.Select(name => roles[Role.Normalize(name)]).Distinct());
            RecordChange(role, created.Contains(role) ? null : before, now);
        }
    }

    private void RecordChange(Role role, object? before, DateTimeOffset now)
    {
        if (before is null)
        {
            audit.Record(store, AuditEventTypes.RoleCreated, role.AsParty(), after: StateOf(role), origin: AuditOrigin.System);
        }
        else if (AuditDiff.Between(before, StateOf(role)).After?.EnumerateObject().Any() == true)
        {
            audit.Record(store, AuditEventTypes.RoleUpdated, role.AsParty(), before, StateOf(role), AuditOrigin.System);
            _changedRoles.Add(role.Id);
            role.Touch(now);
        }
    }

    private static object StateOf(Role role) => new
    {
        role.Name,
        role.Description,
        permissions = role.Permissions.Select(permission => permission.Name).Order().ToArray(),
        includes = role.Includes.Select(included => included.Name).Order().ToArray(),
        role.SessionIdleTimeout,
        role.SessionLifetime,
    };

    private void ApplyGroups(SeedFile seed, Dictionary<string, Group> groups, DateTimeOffset now)
    {
        foreach (var wanted in seed.Groups)
        {
            if (!groups.TryGetValue(Role.Normalize(wanted.Name), out var group))
            {
                group = groups[Role.Normalize(wanted.Name)] = new() { Id = Guid.CreateVersion7(now), Name = wanted.Name, NormalizedName = Role.Normalize(wanted.Name), Description = wanted.Description, CreatedAt = now, UpdatedAt = now };
                store.Groups.Add(group);
                audit.Record(store, AuditEventTypes.GroupCreated, group.AsParty(), after: new { wanted.Name, wanted.Description }, origin: AuditOrigin.System);
            }
            else if (group.Description != wanted.Description)
            {
                audit.Record(store, AuditEventTypes.GroupUpdated, group.AsParty(), new { group.Description }, new { wanted.Description }, AuditOrigin.System);
                group.Description = wanted.Description;
                group.Touch(now);
            }
        }
    }

    private void ApplyUser(SeedUser wanted, Dictionary<string, User> users, Dictionary<string, Group> groups, SeedAssignments assignments, DateTimeOffset now)
    {
        if (LookupNames.TryNormalize(wanted.Email) is not { } email || !users.TryGetValue(email, out var user))
        {
            user = UserFactory.Create(wanted.UserName ?? wanted.Email, wanted.Email, wanted.EmailVerified, now);
            user.DisplayName = wanted.DisplayName;
            user.GivenName = wanted.GivenName;
            user.FamilyName = wanted.FamilyName;
            user.Locale = wanted.Locale;
            user.ZoneInfo = wanted.ZoneInfo;
            user.Attributes = new(wanted.Attributes);
            user.PasswordHash = wanted.Password is { } password ? hasher.Hash(password) : wanted.PasswordHash;
            store.Users.Add(user);
            audit.Record(store, AuditEventTypes.UserCreated, user.AsParty(), after: new { user.UserName, user.Email, user.DisplayName, wanted.EmailVerified, hasPassword = user.PasswordHash is not null }, origin: AuditOrigin.System);
        }

        foreach (var group in wanted.Groups.Select(name => groups[Role.Normalize(name)]).Where(group => group.Members.All(member => member.UserId != user.Id)))
        {
            group.Members.Add(new() { GroupId = group.Id, UserId = user.Id });
            _newMembers.Add(user.Id);
            audit.Record(store, AuditEventTypes.GroupUpdated, group.AsParty(), after: new { memberAdded = user.AsParty() }, origin: AuditOrigin.System);
        }

        assignments.Give(wanted.Roles, user);
    }
}
