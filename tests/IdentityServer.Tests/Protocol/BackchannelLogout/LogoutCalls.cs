using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using UserDomain.IdentityServer.Clients;
using UserDomain.IdentityServer.Tests.ClientApi;
using UserDomain.IdentityStore;
using UserDomain.IdentityStore.Sessions;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Protocol.BackchannelLogout;

/// <summary>Calls that tests of back-channel logout share.</summary>
internal static class LogoutCalls
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>A browser in front of an application that is told of closed sessions at a URL.</summary>
    public static Task<WebVisitor> VisitorToldAtAsync(this RunningSystem system, string? url, string? algorithm = null) => system.VisitorOfAsync(
        new(ClientCalls.UniqueId("web"), ClientType.Web) { Scopes = ["openid", "profile", "offline_access"], BackchannelLogoutUri = url, IdTokenSignedResponseAlg = algorithm });

    /// <summary>Signs a fresh user in.</summary>
    public static async Task<(Guid User, TokenAnswer Tokens)> SignInAsync(this RunningSystem system, WebVisitor visitor)
    {
        var name = ClientCalls.UniqueId("lou");
        var user = await system.CreateUserAsync(name);
        return (user, await visitor.SignInAsync(name, RunningSystem.Password));
    }

    /// <summary>Closes a session as an administrator.</summary>
    public static async Task CloseAsync(this RunningSystem system, Guid session)
    {
        using var administrator = await system.ClientWithAsync(["sessions:write"]);
        await administrator.SendAsync("DELETE", $"sessions/{session}").DoneAsync();
    }

    /// <summary>The notices that wait for an application.</summary>
    public static Task<List<LogoutNotice>> NoticesAsync(this RunningSystem system, string clientId) =>
        system.InStoreAsync(store => store.LogoutNotices.AsNoTracking().Where(row => row.ClientId == clientId).ToListAsync(Cancellation));

    /// <summary>Waits until the notices that wait for an application are as they should be.</summary>
    public static async Task<List<LogoutNotice>> NoticesAsync(this RunningSystem system, string clientId, Func<List<LogoutNotice>, bool> are)
    {
        for (var attempt = 0; ; attempt++)
        {
            var notices = await system.NoticesAsync(clientId);
            if (are(notices))
            {
                return notices;
            }

            Assert.True(attempt < 200, "The notices did not come to be so.");
            await Task.Delay(100, Cancellation);
        }
    }

    /// <summary>Notes that an application has to be told of this many sessions.</summary>
    public static Task<int> NoteAsync(this IdentityStoreContext store, string clientId, int number, DateTimeOffset now)
    {
        store.LogoutNotices.AddRange(Enumerable.Range(0, number).Select(_ => new LogoutNotice
        {
            Id = Guid.CreateVersion7(now),
            ClientId = clientId,
            SessionId = Guid.CreateVersion7(now),
            Subject = Guid.CreateVersion7(now).ToString(),
            CreatedAt = now,
            NextAttemptAt = now,
        }));
        return store.SaveChangesAsync(Cancellation);
    }

    /// <summary>The same, at once.</summary>
    public static Task<int> NoteAsync(this RunningSystem system, string clientId, int number, DateTimeOffset now) => system.InStoreAsync(store => store.NoteAsync(clientId, number, now));

    /// <summary>Checks a signature by the published key with nothing but arithmetic: the library that made it has no part in it.</summary>
    public static async Task<bool> IsSignedAsync(this RunningSystem system, string token)
    {
        using var anonymous = system.Anonymous();
        var set = await anonymous.GetAsync(new Uri(".well-known/jwks", UriKind.Relative), Cancellation).BodyAsync();
        var (header, parts) = (Jwt.HeaderOf(token), token.Split('.'));
        var key = Assert.Single(set.GetProperty("keys").EnumerateArray(), key => key.Text("kid") == header.Text("kid") && key.Text("alg") == header.Text("alg"));
        var (signed, signature) = (Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]));
        if (header.Text("alg") == "ES256")
        {
            using var ec = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new() { X = Number(key, "x"), Y = Number(key, "y") } });
            return ec.VerifyData(signed, signature, HashAlgorithmName.SHA256);
        }

        using var rsa = RSA.Create(new RSAParameters { Modulus = Number(key, "n"), Exponent = Number(key, "e") });
        return rsa.VerifyData(signed, signature, HashAlgorithmName.SHA256, header.Text("alg") == "PS256" ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1);
    }

    private static byte[] Number(JsonElement key, string name) => Base64Url.DecodeFromChars(key.Text(name));
}
