namespace UserDomain.IdentityServer.SignIn.Passwords;

/// <summary>Base64 as the PHC string format writes it: the standard alphabet without padding.</summary>
internal static class UnpaddedBase64
{
    public static string Encode(ReadOnlySpan<byte> bytes) => Convert.ToBase64String(bytes).TrimEnd('=');

    /// <summary>Null for anything that <see cref="Encode"/> would not write: white space, padding, stray bits.</summary>
    public static byte[]? Decode(string text)
    {
        var bytes = new byte[text.Length];
        var padded = text.PadRight((text.Length + 3) / 4 * 4, '=');
        return Convert.TryFromBase64String(padded, bytes, out var written) && Encode(bytes.AsSpan(0, written)) == text
            ? bytes[..written]
            : null;
    }
}
