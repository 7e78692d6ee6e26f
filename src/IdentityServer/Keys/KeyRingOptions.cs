using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using OpenIddict.Server;

namespace UserDomain.IdentityServer.Keys;

/// <summary>Gives OpenIddict the keys of the ring, and the next ones when the ring has changed, without a restart.</summary>
internal sealed class KeyRingOptions(KeyRing ring) : IConfigureOptions<OpenIddictServerOptions>, IOptionsChangeTokenSource<OpenIddictServerOptions>, IDisposable
{
    private CancellationTokenSource _change = new();

    public string Name => Options.DefaultName;

    public void Configure(OpenIddictServerOptions options)
    {
        options.SigningCredentials.AddRange(ring.Signing);
        options.EncryptionCredentials.AddRange(ring.Encryption);
    }

    public IChangeToken GetChangeToken() => new CancellationChangeToken(_change.Token);

    public void Changed() => Interlocked.Exchange(ref _change, new()).Cancel();

    public void Dispose() => _change.Dispose();
}
