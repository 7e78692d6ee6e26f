using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.EntityFrameworkCore;
using UserDomain.Database;
using UserDomain.IdentityStore;
using UserDomain.IdentityStore.Interactions;

namespace UserDomain.IdentityServer.Protocol.Interactions;

/// <summary>Keeps the requests that are on their way through our pages.</summary>
internal sealed class InteractionStore(IdentityStoreContext store, TimeProvider time)
{
    private const int HandleBytes = 16;
    private const int HandleLength = 22;

    /// <summary>How long what happened on our pages counts. A request that is older goes on as if it had just come.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(30);

    /// <summary>How long a request is known, so that a page that was left open leads on somewhere.</summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromDays(1);

    /// <summary>Keeps a request that just came.</summary>
    public async Task<Interaction> BeginAsync(string path, IEnumerable<KeyValuePair<string, string?>> parameters, CancellationToken cancellationToken)
    {
        var row = new PendingRequest
        {
            Id = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(HandleBytes)),
            Path = path,
            Query = new QueryBuilder(parameters.Where(pair => pair.Value is not null)!).ToString(),
            AskedAt = time.GetStoredNow(),
        };
        store.Add(row);
        await store.SaveChangesAsync(cancellationToken);
        return new(row);
    }

    /// <summary>Finds a request; null if there is none.</summary>
    public async Task<Interaction?> FindAsync(string? id, CancellationToken cancellationToken) =>
        id is { Length: HandleLength } && await store.PendingRequests.AsTracking().FirstOrDefaultAsync(row => row.Id == id, cancellationToken) is { } row
            ? new(row)
            : null;

    /// <summary>Whether what happened on our pages still counts.</summary>
    public bool IsCurrent(Interaction interaction) => time.GetUtcNow() - interaction.Row.AskedAt < Lifetime;

    /// <summary>Notes an answer, given in a session.</summary>
    public async Task AnswerAsync(Interaction interaction, Guid session, InteractionAnswer answer, CancellationToken cancellationToken)
    {
        interaction.Row.SessionId = session;
        interaction.Row.Answer = answer;
        await store.SaveChangesAsync(cancellationToken);
    }

    /// <summary>Notes that the client is answered; written with the answer.</summary>
    public void Finish(Interaction interaction) => interaction.Row.FinishedAt = time.GetStoredNow();

    /// <summary>Notes that the client is answered, now.</summary>
    public Task FinishAsync(Interaction interaction, CancellationToken cancellationToken)
    {
        Finish(interaction);
        return store.SaveChangesAsync(cancellationToken);
    }

    /// <summary>Forgets requests that nobody will go on with.</summary>
    public static Task<int> PruneAsync(IdentityStoreContext store, TimeProvider time, CancellationToken cancellationToken)
    {
        var oldest = time.GetStoredNow() - Remembered;
        return store.PendingRequests.Where(row => row.AskedAt < oldest).ExecuteDeleteAsync(cancellationToken);
    }
}
