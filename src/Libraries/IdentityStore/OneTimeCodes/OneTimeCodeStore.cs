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
        var older = await store.OneTimeCodes.Where(code => code.Purpose == purpose && code.UserId == userId).ToListAsync(cancellationToken);
        store.OneTimeCodes.RemoveRange(older);
        var code = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(CodeBytes));
        var now = time.GetStoredNow();
        store.OneTimeCodes.Add(new() { CodeHash = Hash(code), Purpose = purpose, UserId = userId, CreatedAt = now, ExpiresAt = now + lifetime });
        return (code, now + lifetime);
    }

    /// <summary>The user a code is good for, without using it up; null if it is unknown, used or expired.</summary>
    public Task<Guid?> PeekAsync(OneTimeCodePurpose purpose, string code, CancellationToken cancellationToken) =>
        Valid(purpose, code).Select(found => (Guid?)found.UserId).FirstOrDefaultAsync(cancellationToken);

    /// <summary>Uses a code up, in one statement: of two attempts at once only one succeeds.</summary>
    /// <returns>Whether it was still good.</returns>
    public async Task<bool> TakeAsync(OneTimeCodePurpose purpose, string code, CancellationToken cancellationToken) =>
        await Valid(purpose, code).ExecuteDeleteAsync(cancellationToken) == 1;

    private IQueryable<OneTimeCode> Valid(OneTimeCodePurpose purpose, string code)
    {
        var hash = Hash(code);
        var now = time.GetStoredNow();
        return store.OneTimeCodes.Where(found => found.CodeHash == hash && found.Purpose == purpose && found.ExpiresAt > now);
    }

    private static byte[] Hash(string code) => SHA256.HashData(Encoding.UTF8.GetBytes(code));
}
