using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace UserDomain.AuditApi.Webhooks;

/// <summary>Signs deliveries as Standard Webhooks has it (https://www.standardwebhooks.com): HMAC-SHA256 over id, time and body.</summary>
internal static class WebhookSignature
{
    private const string SecretPrefix = "whsec_";
    private const int KeyBytes = 32;

    /// <summary>A new key.</summary>
    public static byte[] NewKey() => RandomNumberGenerator.GetBytes(KeyBytes);

    /// <summary>A key in the form receivers are given.</summary>
    public static string Show(byte[] key) => SecretPrefix + Convert.ToBase64String(key);

    /// <summary>Puts id, time and a signature by each key on a request.</summary>
    public static void Sign(HttpRequestMessage request, string id, DateTimeOffset time, byte[] body, IEnumerable<byte[]> keys)
    {
        var timestamp = time.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        byte[] signed = [.. Encoding.ASCII.GetBytes($"{id}.{timestamp}."), .. body];
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", timestamp);
        request.Headers.Add("webhook-signature", string.Join(' ', keys.Select(key => $"v1,{Convert.ToBase64String(HMACSHA256.HashData(key, signed))}")));
    }
}
