using Microsoft.EntityFrameworkCore;
using UserDomain.IdentityStore;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Protocol;

/// <summary>While it lasts, the database refuses every row of a new token of one user: what a full disk or a lost connection does, at the worst moment.</summary>
internal sealed class NoNewTokens : IAsyncDisposable
{
    private readonly RunningSystem _system;
    private readonly string _name;

    private NoNewTokens(RunningSystem system, Guid user) => (_system, _name) = (system, $"no_tokens_{user:n}");

    public static async Task<NoNewTokens> ForAsync(RunningSystem system, Guid user)
    {
        var refusal = new NoNewTokens(system, user);
        await refusal.RunAsync(store => store.Database.IsNpgsql()
            ? $"""
               CREATE FUNCTION {refusal._name}() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''refused''; END';
               CREATE TRIGGER {refusal._name} BEFORE INSERT ON identity.tokens FOR EACH ROW WHEN (NEW.subject = '{user}') EXECUTE FUNCTION {refusal._name}();
               """
            : $"CREATE TRIGGER {refusal._name} BEFORE INSERT ON tokens WHEN NEW.subject = '{user}' BEGIN SELECT RAISE(ABORT, 'refused'); END;");
        return refusal;
    }

    public async ValueTask DisposeAsync() =>
        await RunAsync(store => store.Database.IsNpgsql() ? $"DROP FUNCTION {_name} CASCADE" : $"DROP TRIGGER {_name}");

    private Task<int> RunAsync(Func<IdentityStoreContext, string> sql) => _system.InStoreAsync(store => store.Database.ExecuteSqlRawAsync(sql(store)));
}
