using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using UserDomain.Database;

namespace UserDomain.IdentityStore.OneTimeCodes;

/// <summary>Makes and takes one-time codes.</summary>
/// <param name="store">The store.</param>
/// <param name="time">Clock.</param>
public sealed class OneTimeCodeStore(IdentityStoreContext store, TimeProvider time)
{
    private const int CodeBytes = 32;

    /// <summary>Makes a code; the newest is the only one that works for its purpose and user (LOG-06). The caller saves.</summary>
    /// <returns>The code, base64url, and when it ends. It is not stored and cannot be had again.</returns>
    public async Task<(string Code, DateTimeOffset ExpiresAt)> CreateAsync(
        OneTimeCodePurpose purpose, Guid userId, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        store.OneTimeCodes.RemoveRange(await OfAsync(purpose, userId, cancellationToken));
        var code = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(CodeBytes));
        return (code, Add(code, purpose, userId, time.GetStoredNow(), lifetime));
    }

    /// <summary>
    /// Makes a code from a secret, or tells the one again that was made so and is still good: for what every replica tells when it starts. The caller saves.
    /// </summary>
    /// <param name="purpose">What it is for.</param>
    /// <param name="userId">Whose it is.</param>
    /// <param name="lifetime">How long it is good.</param>
    /// <param name="derive">Gives 256 bits nobody else can know from the time the code was made at.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <returns>The code, base64url, when it ends, and whether it was made now.</returns>
    public async Task<(string Code, DateTimeOffset ExpiresAt, bool IsNew)> CreateOnceAsync(
        OneTimeCodePurpose purpose, Guid userId, TimeSpan lifetime, Func<DateTimeOffset, byte[]> derive, CancellationToken cancellationToken)
    {
        var now = time.GetStoredNow();
        var older = await OfAsync(purpose, userId, cancellationToken);
        foreach (var known in older.Where(known => known.ExpiresAt > now))
        {
            var again = Base64Url.EncodeToString(derive(known.CreatedAt));
            if (known.CodeHash.AsSpan().SequenceEqual(Hash(again)))
            {
                return (again, known.ExpiresAt, IsNew: false);
            }
        }

        store.OneTimeCodes.RemoveRange(older);
        var code = Base64Url.EncodeToString(derive(now));
        return (code, Add(code, purpose, userId, now, lifetime), IsNew: true);
    }

    /// <summary>The user a code is good for, without using it up; null if it is unknown, used or expired.</summary>
    public Task<Guid?> PeekAsync(OneTimeCodePurpose purpose, string code, CancellationToken cancellationToken) =>
        Valid(purpose, code).Select(found => (Guid?)found.UserId).FirstOrDefaultAsync(cancellationToken);

    /// <summary>Uses a code up, in one statement: of two attempts at once only one succeeds.</summary>
    /// <returns>Whether it was still good.</returns>
    public async Task<bool> TakeAsync(OneTimeCodePurpose purpose, string code, CancellationToken cancellationToken) =>
        await Valid(purpose, code).ExecuteDeleteAsync(cancellationToken) == 1;

    private Task<List<OneTimeCode>> OfAsync(OneTimeCodePurpose purpose, Guid userId, CancellationToken cancellationToken) =>
        store.OneTimeCodes.AsNoTracking().Where(code => code.Purpose == purpose && code.UserId == userId).ToListAsync(cancellationToken);

    private DateTimeOffset Add(string code, OneTimeCodePurpose purpose, Guid userId, DateTimeOffset now, TimeSpan lifetime)
    {
        store.OneTimeCodes.Add(new() { CodeHash = Hash(code), Purpose = purpose, UserId = userId, CreatedAt = now, ExpiresAt = now + lifetime });
        return now + lifetime;
    }

    private IQueryable<OneTimeCode> Valid(OneTimeCodePurpose purpose, string code)
    {
        var hash = Hash(code);
        var now = time.GetStoredNow();
        return store.OneTimeCodes.Where(found => found.CodeHash == hash && found.Purpose == purpose && found.ExpiresAt > now);
    }

    private static byte[] Hash(string code) => SHA256.HashData(Encoding.UTF8.GetBytes(code));
}
