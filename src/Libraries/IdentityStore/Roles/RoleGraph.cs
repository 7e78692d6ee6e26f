using Microsoft.EntityFrameworkCore;
using UserDomain.Contracts;

namespace UserDomain.IdentityStore.Roles;

/// <summary>All roles with what they carry and include, as they were when it was loaded.</summary>
public sealed class RoleGraph
{
    private readonly Dictionary<Guid, Node> _roles;

    private RoleGraph(Dictionary<Guid, Node> roles) => _roles = roles;

    /// <summary>Id of the built-in administrator role; null in a store that was never set up.</summary>
    public Guid? Administrator => _roles.Values.FirstOrDefault(role => role is { BuiltIn: true, Name: BuiltInRoles.Administrator })?.Id;

    /// <summary>Loads the roles.</summary>
    public static async Task<RoleGraph> LoadAsync(IdentityStoreContext store, CancellationToken cancellationToken) =>
        new(await store.Roles.AsNoTracking().AsSingleQuery()
            .Select(role => new Node(
                role.Id, role.Name, role.BuiltIn,
                role.Permissions.Select(permission => permission.Name).ToList(),
                role.Includes.Select(included => included.Id).ToList()))
            .ToDictionaryAsync(role => role.Id, cancellationToken));

    /// <summary>The roles themselves and all they include, at any depth.</summary>
    public IReadOnlySet<Guid> Included(IEnumerable<Guid> roles) => Reach(roles, id => _roles[id].Includes);

    /// <summary>The roles themselves and all that include them, at any depth.</summary>
    public IReadOnlySet<Guid> Including(IEnumerable<Guid> roles)
    {
        var includers = _roles.Values.SelectMany(role => role.Includes, (role, included) => (included, role.Id))
            .ToLookup(pair => pair.included, pair => pair.Id);
        return Reach(roles, id => includers[id]);
    }

    /// <summary>Names of the permissions that the roles and all they include carry.</summary>
    public IReadOnlySet<string> PermissionsOf(IEnumerable<Guid> roles) =>
        Included(roles).SelectMany(id => _roles[id].Permissions).ToHashSet();

    /// <summary>The same roles, with one of them including others than it does.</summary>
    public RoleGraph WithIncludes(Guid role, IReadOnlyList<Guid> includes) =>
        new(new(_roles) { [role] = _roles.GetValueOrDefault(role, new(role, "", false, [], [])) with { Includes = includes } });

    /// <summary>On how many paths the role that is widest in this respect leads to included ones.</summary>
    public int MostPaths()
    {
        var known = new Dictionary<Guid, int>();
        return _roles.Keys.Select(Count).DefaultIfEmpty().Max();

        int Count(Guid id)
        {
            if (!known.TryGetValue(id, out var count))
            {
                // Ends the walk of a cycle, should the store hold one.
                known[id] = 1;
                known[id] = count = (int)Math.Min(int.MaxValue, 1 + _roles[id].Includes.Sum(included => (long)Count(included)));
            }

            return count;
        }
    }

    private HashSet<Guid> Reach(IEnumerable<Guid> from, Func<Guid, IEnumerable<Guid>> next)
    {
        var reached = new HashSet<Guid>();
        var open = new Stack<Guid>(from.Where(_roles.ContainsKey));
        while (open.TryPop(out var id))
        {
            if (reached.Add(id))
            {
                foreach (var neighbour in next(id))
                {
                    open.Push(neighbour);
                }
            }
        }

        return reached;
    }

    private sealed record Node(Guid Id, string Name, bool BuiltIn, IReadOnlyList<string> Permissions, IReadOnlyList<Guid> Includes);
}
