using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Caching.Distributed;

namespace UserDomain.AdminUi.SignIn;

/// <summary>
/// What the console keeps of a session on the server (SES-01): each part encrypted and bound to its place, found by the hash of the
/// handle in the cookie, so that who reads the cache can neither use a session nor find out a handle.
/// </summary>
internal sealed class SessionVault(IDistributedCache cache, IDataProtectionProvider protection)
{
    /// <summary>The longest pause before a person has to sign in again (SES-02).</summary>
    public static readonly TimeSpan Idle = TimeSpan.FromMinutes(15);

    /// <summary>The longest session, whatever happens in it (SES-02).</summary>
    public static readonly TimeSpan Absolute = TimeSpan.FromHours(8);

    private const int HandleBytes = 32;
    private static readonly TimeSpan Never = TimeSpan.FromTicks(1);

    public static string NewHandle() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(HandleBytes));

    public async Task<byte[]?> GetAsync(string part, string handle, CancellationToken cancellationToken)
    {
        var key = KeyOf(part, handle);
        if (await cache.GetAsync(key, cancellationToken) is not { } stored)
        {
            return null;
        }

        try
        {
            return protection.CreateProtector(key).Unprotect(stored);
        }
        catch (CryptographicException)
        {
            // Written under a ring that is gone: the same as no session.
            return null;
        }
    }

    public Task SetAsync(string part, string handle, byte[] value, DateTimeOffset until, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var key = KeyOf(part, handle);
        var left = until - now;
        return cache.SetAsync(key, protection.CreateProtector(key).Protect(value), new()
        {
            AbsoluteExpirationRelativeToNow = left > Never ? left : Never,
            SlidingExpiration = left > Idle ? Idle : null,
        }, cancellationToken);
    }

    public Task RemoveAsync(string part, string handle, CancellationToken cancellationToken) =>
        cache.RemoveAsync(KeyOf(part, handle), cancellationToken);

    public static string KeyOf(string part, string handle) =>
        $"{part}:{Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(handle)))}";
}
