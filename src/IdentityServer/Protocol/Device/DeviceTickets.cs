using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;

namespace UserDomain.IdentityServer.Protocol.Device;

/// <summary>
/// Proof that somebody has entered a code where guesses are counted. Only with it does the verification endpoint look at a code, so that nobody
/// can guess there (TOK-11).
/// </summary>
/// <param name="Code">The code.</param>
/// <param name="SessionId">The session it was entered in, which alone may answer.</param>
internal sealed record DeviceTicket(string Code, Guid SessionId)
{
    public const string Parameter = "ticket";
}

/// <summary>Protects and reads tickets. They need no end of their own: that of the code is checked each time.</summary>
internal sealed class DeviceTickets(IDataProtectionProvider provider)
{
    private readonly IDataProtector _protector = provider.CreateProtector("device-ticket");

    public string Protect(DeviceTicket ticket) => _protector.Protect(JsonSerializer.Serialize(ticket));

    /// <summary>Reads one; null if it was not made here.</summary>
    public DeviceTicket? Read(string? value)
    {
        if (string.IsNullOrEmpty(value))
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize<DeviceTicket>(_protector.Unprotect(value));
        }
        catch (Exception exception) when (exception is CryptographicException or FormatException or JsonException)
        {
            return null;
        }
    }
}
