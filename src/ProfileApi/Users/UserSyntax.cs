using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using UserDomain.IdentityStore.Users;
using UserDomain.ServiceDefaults.Hosting;

namespace UserDomain.ProfileApi.Users;

/// <summary>Bounds of a user's members.</summary>
internal static class UserLimits
{
    public const int Name = 200;
    public const int UserName = 100;
    public const int Email = 254;
    public const int LocalPart = 64;
    public const int Tag = 64;
    public const int Attributes = 32;
    public const int AttributeValue = 1024;

    // The state before and the state after a change travel in one audit event, whose parts are bounded.
    public const int AttributesBytes = 16 * 1024;
}

/// <summary>A user name: letters and digits of ASCII, so that no two names look the same, and <c>-._@+</c>.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
public sealed class UserNameAttribute() : ValidationAttribute("A user name has 1 to 100 characters: letters a to z, digits and -._@+.")
{
    /// <inheritdoc />
    public override bool IsValid(object? value) => value is null
        || (value is string { Length: > 0 and <= UserLimits.UserName } name && name.All(letter => char.IsAsciiLetterOrDigit(letter) || "-._@+".Contains(letter)));
}

/// <summary>An e-mail address, <c>local@domain</c> (RFC 5321 section 4.1.2) without quoting, in any script (RFC 6531).</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
public sealed class EmailAttribute() : ValidationAttribute("An e-mail address looks like name@example.org and has at most 254 characters.")
{
    private static readonly IdnMapping Domains = new() { UseStd3AsciiRules = true };

    /// <inheritdoc />
    public override bool IsValid(object? value) => value is null || (value is string { Length: <= UserLimits.Email } address && IsAddress(address));

    private static bool IsAddress(string address)
    {
        var parts = address.Split('@');
        return parts is [{ Length: > 0 and <= UserLimits.LocalPart } local, { Length: > 0 } domain]
            && local.Split('.').All(atom => atom.Length > 0 && atom.All(IsAtomText))
            && IsDomain(domain)
            && new CanonicalForm().NormalizeEmail(address) is { Length: <= UserLimits.Email } canonical
            && canonical.Count(letter => letter == '@') == 1;
    }

    // RFC 5322 section 3.2.3 atext, and letters and digits of other scripts.
    private static bool IsAtomText(char letter) =>
        char.IsAsciiLetterOrDigit(letter) || "!#$%&'*+-/=?^_`{|}~".Contains(letter) || (!char.IsAscii(letter) && char.IsLetterOrDigit(letter));

    private static bool IsDomain(string domain)
    {
        try
        {
            return Domains.GetAscii(domain) is { Length: <= 253 } ascii && !ascii.EndsWith('.');
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}

/// <summary>A language tag (RFC 5646 section 2.1), well-formed; empty clears.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
public sealed partial class LanguageTagAttribute() : ValidationAttribute("A locale is a BCP 47 language tag, such as de or pt-BR.")
{
    /// <inheritdoc />
    public override bool IsValid(object? value) => value is null or "" || (value is string { Length: <= UserLimits.Tag } tag && LanguageTag().IsMatch(tag));

    [GeneratedRegex(@"\A(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4,8})(?:-[a-z]{4})?(?:-(?:[a-z]{2}|[0-9]{3}))?(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*(?:-[a-wy-z0-9](?:-[a-z0-9]{2,8})+)*(?:-x(?:-[a-z0-9]{1,8})+)?\z",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 200)]
    private static partial Regex LanguageTag();
}

/// <summary>The name of a time zone in the IANA database; empty clears.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
public sealed partial class ZoneInfoAttribute() : ValidationAttribute("A zoneInfo is the name of a time zone in the IANA database, such as Europe/Berlin.")
{
    /// <inheritdoc />
    public override bool IsValid(object? value) => value is null or "" || (value is string { Length: <= UserLimits.Tag } name && Exists(name));

    // The name becomes part of a file path inside the runtime, hence its syntax first. Windows names are found as well, by their conversion.
    private static bool Exists(string name) =>
        ZoneName().IsMatch(name)
        && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone)
        && zone.HasIanaId
        && (name == "UTC" || !TimeZoneInfo.TryConvertWindowsIdToIanaId(name, out _));

    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9_+-]*(?:/[A-Za-z][A-Za-z0-9_+-]*)*\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 200)]
    private static partial Regex ZoneName();
}

/// <summary>Attributes of the operator's own.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
public sealed partial class AttributesAttribute() : ValidationAttribute(
    "There are at most 32 attributes, of 16 kB together: names such as cost_center (a-z, 0-9 and _, at most 64), text values of at most 1024 characters.")
{
    /// <inheritdoc />
    public override bool IsValid(object? value) => value is null
        || (value is Dictionary<string, string> { Count: <= UserLimits.Attributes } attributes
            && attributes.All(pair => Key().IsMatch(pair.Key) && pair.Value is { Length: <= UserLimits.AttributeValue } text && !text.Contains('\0'))
            && JsonSerializer.SerializeToUtf8Bytes(attributes, ApiJson.Options).Length <= UserLimits.AttributesBytes);

    [GeneratedRegex(@"\A[a-z][a-z0-9_]{0,63}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 200)]
    private static partial Regex Key();
}
