using UserDomain.IdentityStore.Keys;
using UserDomain.ServiceDefaults.Hosting;

namespace UserDomain.IdentityServer.Keys;

/// <summary>Takes a key out of use that somebody else may have (KEY-02). Done again, by whomever, it goes on where it was.</summary>
internal sealed class KeyRetirement(KeyStore keys, TimeProvider time)
{
    private enum Step
    {
        Withdrawn,
        Unknown,
        SuccessorSettles,
    }

    /// <summary>Withdraws a key. One in use has a successor first that all replicas know: for some seconds if it has to be made, at once if it was announced.</summary>
    /// <exception cref="StartupException">There is no such key.</exception>
    public async Task WithdrawAsync(string id, CancellationToken cancellationToken)
    {
        while (true)
        {
            var (step, wait) = await keys.ChangeAsync(stored => Advance(stored, id), cancellationToken);
            if (step == Step.Withdrawn || (step == Step.Unknown && await keys.WasWithdrawnAsync(id, cancellationToken)))
            {
                return;
            }

            if (step == Step.Unknown)
            {
                throw new StartupException($"There is no key '{id}': list-keys names those there are");
            }

            await Task.Delay(wait, time, cancellationToken);
        }
    }

    private (Step Step, TimeSpan Wait) Advance(List<ServerKey> stored, string id)
    {
        var now = keys.Now;
        if (stored.Find(key => key.Id == id) is not { } key)
        {
            return (Step.Unknown, default);
        }

        if (stored.At(now).Any(row => row.Key == key && row.State == KeyState.Active))
        {
            var successor = KeyKind.Of(key).In(stored).Find(other => other.ActiveFrom > key.ActiveFrom) ?? keys.Make(KeyKind.Of(key), now + KeySettings.Settling);
            var settled = successor.CreatedAt + KeySettings.Settling;
            if (settled > now)
            {
                return (Step.SuccessorSettles, settled - now);
            }

            keys.BringForward(successor, now);
            keys.Activate(successor);
        }
        else if (key.RetiredAt is null && KeyKind.Of(key).In(stored).Find(other => other.ActiveFrom > key.ActiveFrom && other.ActiveFrom <= now) is { } successor)
        {
            // It began to be used while this was waiting, and who would note it will not find the key it follows.
            keys.Activate(successor);
        }

        keys.Withdraw(key);
        return (Step.Withdrawn, default);
    }
}
